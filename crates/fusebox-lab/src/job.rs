//! Long work as one line of text, which can be done in slices and in whatever place.
//!
//! A job is written like a link: its kind, a `?` and parts with `&` between them. Whoever has the line
//! can do the job, in the page or in a worker of its own, and the result is a row of words, the same in
//! either. Where a kind of job has fractions among its words, they are in the bits of an `f64`.
//!
//! | kind | parts | result |
//! |---|---|---|
//! | `occ` | `clients`, `backoff`, `trials` (100), `seed` (1) | [`occ::Summary`](fusebox_sim::occ::Summary), field by field |
//! | `herd` | those of a link to the Herd with a single lane | [`herd::Lane`](super::herd::Lane) |
//! | `outcome` | the same | [`herd::Outcome`](super::herd::Outcome) of that lane, and its fingerprint |
//!
//! ```
//! use fusebox_lab::job::{OccJob, begin};
//! use fusebox_sim::occ::{OccBackoff, trials};
//!
//! let mut work = begin("occ?clients=20&backoff=full&trials=5&seed=1")?;
//! while !work.advance(1_000) {
//!     assert!(work.progress() <= 1.0);
//! }
//! let summary = OccJob::summary(&work.result()).expect("an answer to this kind of job");
//! assert_eq!(Ok(summary), trials(20, 5, OccBackoff::Full, 1, |_| {}));
//! # Ok::<(), String>(())
//! ```

mod fields;
mod herd;
mod occ;
mod outcome;

use fields::Fields;
pub use herd::HerdJob;
pub use occ::OccJob;
pub use outcome::OutcomeJob;

/// A job under way.
pub trait Work {
    /// Goes on by up to so many events; true once all is done, and from then on.
    fn advance(&mut self, events: u32) -> bool;

    /// How much is done, from 0 to 1.
    fn progress(&self) -> f64;

    /// The result as words, once all is done.
    fn result(&self) -> Vec<u64>;
}

/// The kinds of job, by the words that a text begins with.
const KINDS: [&str; 3] = ["occ", "herd", "outcome"];

/// Begins the job that a text describes.
///
/// # Errors
/// When the text is no job: in a sentence that names what is wrong with it.
pub fn begin(text: &str) -> Result<Box<dyn Work>, String> {
    let fields = Fields::of(text);
    match fields.kind() {
        "herd" => boxed(HerdJob::read(text)?.begin()),
        "occ" => boxed(OccJob::read(fields)?.begin()),
        "outcome" => boxed(OutcomeJob::read(text)?.begin()),
        _ => Err(fields.unknown_kind(&KINDS)),
    }
}

fn boxed<T: Work + 'static, E: ToString>(work: Result<T, E>) -> Result<Box<dyn Work>, String> {
    work.map(|work| Box::new(work) as Box<dyn Work>).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::occ::{OccBackoff, trials};

    fn error(text: &str) -> String {
        begin(text).err().unwrap_or_default()
    }

    #[test]
    fn a_job_in_slices_gives_what_the_experiment_gives() {
        for backoff in OccBackoff::ALL {
            let job = OccJob { clients: 12, backoff, trials: 4, seed: u64::MAX };
            let whole = trials(12, 4, backoff, u64::MAX, |_| {}).unwrap();
            for events in [1, 97, u32::MAX] {
                let mut work = begin(&job.to_string()).unwrap();
                assert!(work.progress().abs() < 1e-12);
                while !work.advance(events) {}
                assert!((work.progress() - 1.0).abs() < 1e-12);
                assert_eq!(OccJob::summary(&work.result()), Some(whole));
            }
        }
    }

    #[test]
    fn a_result_of_another_kind_is_none() {
        assert_eq!(OccJob::summary(&[]), None);
        assert_eq!(OccJob::summary(&[1, 2, 3, 4, 5]), None);
    }

    #[test]
    fn a_text_that_is_no_job_is_told_what_is_wrong() {
        let range = "but must be a whole number from 1 to";
        for (text, told) in [
            ("", "\"\" is no kind of job; there are occ, herd, outcome"),
            ("och?clients=1", "\"och\" is no kind of job; near it is occ"),
            ("occ?backoff=full", "clients is missing"),
            ("occ?clients=10", "backoff is missing"),
            ("occ?clients=0&backoff=full", &format!("clients is \"0\", {range} 10,000")),
            ("occ?clients=10001&backoff=full", &format!("clients is \"10001\", {range} 10,000")),
            ("occ?clients=-1&backoff=full", &format!("clients is \"-1\", {range} 10,000")),
            (
                "occ?clients=1&backoff=full&trials=100001",
                &format!("trials is \"100001\", {range} 100,000"),
            ),
            (
                "occ?clients=1&backoff=ful",
                "backoff is \"ful\", which there is not; near it is full",
            ),
            (
                "occ?clients=1&backoff=full&seed=x",
                "seed is \"x\", but must be a whole number from 0 to 18,446,744,073,709,551,615",
            ),
            (
                "occ?clients=1&backoff=full&client=2",
                "client is nothing that this job has; near it is clients",
            ),
            (
                "occ?clients=1&clients=2&backoff=full",
                "clients is there twice, and the last one counts",
            ),
        ] {
            assert_eq!(error(text), told, "{text}");
        }
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in [
            "occ".repeat(100_000),
            format!("occ?clients={}", "9".repeat(100_000)),
            format!("occ?{}", "x=1&".repeat(10_000)),
            "occ?%ff%=%&&&===".to_owned(),
            "\u{0}?\u{fffd}".to_owned(),
        ] {
            let told = error(&text);
            assert!((1..300).contains(&told.len()), "{told}");
        }
    }
}
