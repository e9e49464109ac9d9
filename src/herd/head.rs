//! The story of a comparison in a headline, and what its model assumes, both made from its settings.

use fusebox::time::Instant;
use fusebox_lab::herd::{Comparison, DOWN_AT, OutageKind, Requests, Setup};
use fusebox_lab::words::{count, length, requests};

/// The story in two short sentences.
pub(super) fn headline(Comparison { setup, lanes }: &Comparison) -> String {
    let (clients, outage) = (count(setup.clients.into()), length(setup.outage));
    let story = match setup.effect() {
        OutageKind::Reduced => {
            let kept = f64::from(1_000 - setup.depth_per_mille) / 10.0;
            format!(
                "For {outage}, {clients} clients have a database with {kept} % of its capacity."
            )
        }
        _ => format!("{clients} clients lose the database for {outage}."),
    };
    let retries = lanes.iter().any(|lane| lane.retry.attempts > 1);
    let then = match (retries, setup.all_call_at_once()) {
        (false, _) => "Nobody tries again.",
        (true, true) => "Then they all try again.",
        (true, false) => "Then they try again.",
    };
    format!("{story} {then}")
}

/// What the model assumes of clients and database, in two sentences.
pub(super) fn assumptions(setup: &Setup) -> String {
    let at = |at: Instant| length(at.since(Instant::ZERO));
    let down = at(DOWN_AT);
    let every = length(setup.every);
    let call = match setup.requests {
        Requests::OneShot => format!("All clients call once, at {down}"),
        Requests::Open if setup.all_call_at_once() => {
            format!("All clients call at {down} and each about every {every} besides")
        }
        Requests::Open => format!("Clients call about every {every} each"),
        Requests::Closed => {
            format!("Clients call again {every} after their last call has ended")
        }
    };
    let timeout = length(setup.timeout);
    let deadline = setup.patience.map_or_else(
        || "never give up".to_owned(),
        |patience| format!("give up after {}", length(patience)),
    );
    let fault = match setup.effect() {
        OutageKind::Down => "refuses connections",
        OutageKind::Hang => "answers nothing",
        OutageKind::Partition => "cannot be reached",
        OutageKind::Reduced => "has less capacity",
    };
    let cold = setup.cold.map_or("", |_| ", is slower for a while after that");
    let capacity = requests(setup.capacity_per_second());
    let queue = count(Setup::QUEUE.into());
    format!(
        "{call}, time out after {timeout}, {deadline}. The database {fault} from {down} to {}{cold}; it \
         serves {capacity}, queues {queue}, and works on timed-out requests.",
        at(setup.up_at())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{PRESETS, find};

    #[test]
    fn the_story_and_its_assumptions_come_from_the_settings() {
        let of = |name: &str| (find(name).unwrap().comparison)();
        let usual = of("jitter");
        assert_eq!(
            headline(&usual),
            "10,000 clients lose the database for 2 s. Then they all try again."
        );
        assert_eq!(
            assumptions(&usual.setup),
            "All clients call at 2 s and each about every 20 s besides, time out after 1 s, give up after \
             15 s. The database answers nothing from 2 s to 4 s; it serves 6,000 requests/s, queues \
             1,000,000, and works on timed-out requests."
        );
        let half = of("half-down");
        assert_eq!(
            headline(&half),
            "For 30 s, 1,000 clients have a database with 40 % of its capacity. Then they try again."
        );
        assert!(assumptions(&of("closed-loop").setup).starts_with("Clients call again 10 s after"));
        assert!(assumptions(&of("caps").setup).contains("never give up"));
        let nobody = Comparison::of(usual.setup, &["none"]);
        assert!(headline(&nobody).ends_with("Nobody tries again."));
        for preset in PRESETS {
            let story = headline(&(preset.comparison)());
            assert!(story.len() < 110 && story.contains("clients"), "{story}");
        }
    }
}
