//! That a log of any length and of any content is read in the same memory.

use allocation_counter::measure;
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Failure, Outcome};
use fusebox_lab::log::{Format, LogOptions, LogReader, LoggedCall};
use fusebox_lab::replay::Replayer;

const MB: u64 = 1_000_000;

/// The most that a reader holds while it reads this piece so many times.
fn most_for(format: Format, piece: &[u8], times: usize) -> u64 {
    let options = LogOptions { format: Some(format), ..LogOptions::default() };
    let held = measure(|| {
        let mut reader = LogReader::new(options);
        for _ in 0..times {
            reader.feed(piece, &mut |_, _| Ok(())).expect("a format was given");
        }
        reader.finish(&mut |_, _| Ok(())).expect("a format was given");
    });
    held.bytes_max
}

#[test]
fn a_reader_holds_one_record_at_most() {
    for format in Format::ALL {
        let start = match format {
            Format::Resilience4j => "{\"circuitBreakerEvents\":[",
            Format::Otlp => "{\"spans\":[{\"a\":[",
            _ => "",
        };
        for filling in ["x", "\"", "a b ", "0,", "0,1,ok\n", "\"\n", "{", "[1,", "{\"a\":1},"] {
            let piece = start.to_string() + &filling.repeat(60_000 / filling.len());
            // Longer than a record may be.
            let most = most_for(format, piece.as_bytes(), 20);
            assert!(most < 30 * MB, "{}: {filling}: {most}", format.name());
        }
    }
}

#[test]
fn a_replay_holds_no_more_for_a_longer_log() {
    let most_for = |calls: u64| {
        let held = measure(|| {
            let mut replayer = Replayer::new(BreakerConfig::default(), 1).expect("in range");
            for n in 0..calls {
                let is_outage = n / 4_000 % 10 == 9;
                let failure = Outcome::Failure(Failure::Timeout);
                let call = LoggedCall {
                    start: Instant::from_micros(n * 250 + n * 7_919 % 100_000),
                    duration: Duration::from_micros(n * 104_729 % 900_000),
                    outcome: if is_outage { failure } else { Outcome::Success },
                };
                replayer.add(call, None).expect("in order");
            }
            replayer.finish().expect("few are in flight");
        });
        held.bytes_max
    };
    let (short, long) = (most_for(1_100_000), most_for(3_000_000));
    assert!(long < 150 * MB && long < short + 10 * MB, "{short}, {long}");
}
