//! What a fault of the service itself means for calls, and what its end does.

use fusebox_sim::{Fault, FaultKind};

/// What a fault of the service does to the calls of its clients.
pub(super) fn breaks(fault: Fault) -> Vec<String> {
    let first = match fault {
        Fault::Down | Fault::Crash { .. } => {
            "Its process is gone, with every request in it and all that it had in memory: what its \
             breakers had counted, what its budgets had saved, its connections. New requests are \
             refused at once."
        }
        Fault::Hang => {
            "Its process stands still: requests wait in the accept queue, nothing in it begins or \
             ends, and no timeout of its own runs out. Only the patience of its clients does."
        }
        Fault::Slow { .. } => {
            "Each request keeps its thread for longer before it asks anybody, so that the threads \
             are used up by fewer requests."
        }
        Fault::Flaky { .. } => {
            "A request that a thread takes may be answered 500 at once; nothing is asked of anybody \
             for it."
        }
        Fault::RateLimit { .. } => {
            "What is beyond the limit is answered 429 at once, with the time after which to come \
             back."
        }
        Fault::Partition => {
            "Requests are lost on their way to it and answers on their way back, and nobody is told: \
             clients wait for as long as they have patience."
        }
        Fault::Capacity { .. } => {
            "Some of its threads take no new request; the others are all that there is for every \
             endpoint."
        }
    };
    let then = match fault {
        Fault::Crash { .. } => "It comes back by itself.",
        _ => "It stays so until it is healed.",
    };
    vec![first.to_owned(), then.to_owned()]
}

/// What happens once a fault of the service is healed.
pub(super) fn heals(kind: FaultKind) -> Vec<String> {
    match kind {
        FaultKind::Down => comes_back(),
        FaultKind::Hang => {
            vec![
                "It hears now of all that happened meanwhile, and goes on with what waited."
                    .to_owned(),
            ]
        }
        FaultKind::Partition => vec![
            "Messages between it and its clients arrive again. What was lost stays lost."
                .to_owned(),
        ],
        FaultKind::Capacity => vec!["All its threads take requests again.".to_owned()],
        FaultKind::Slow => vec!["What it begins from now on takes its usual time.".to_owned()],
        FaultKind::Flaky => vec!["What begins from now on succeeds again.".to_owned()],
        FaultKind::RateLimit => vec!["Requests are taken again, however many come.".to_owned()],
    }
}

/// What it means that its process has begun anew.
pub(super) fn comes_back() -> Vec<String> {
    vec![
        "A new process knows nothing of the one before: its breakers are closed, its budgets full, \
         and it has few connections open yet."
            .to_owned(),
        "All clients who waited for this may now come at once.".to_owned(),
    ]
}
