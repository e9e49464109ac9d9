//! The service in words.

use crate::format::{count, latency};
use fusebox_sim::{Dependency, World};

/// What the service is and does, in sentences.
pub(super) fn about_service(world: &World) -> Vec<String> {
    let Some(service) = &world.scenario().service else { return Vec::new() };
    let steps: Vec<&str> = service.search.iter().copied().map(Dependency::title).collect();
    vec![
        format!(
            "{} threads, each with one request from beginning to end. {} more may wait; the next is \
             answered 503.",
            count(service.threads.into()),
            count(service.accept_queue.into())
        ),
        format!("A search asks {}.", steps.join(", then ")),
        format!(
            "A health check takes {} and a thread, and needs nothing else.",
            latency(service.health_check_time)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    #[test]
    fn the_service_is_told_in_words() {
        let about = |preset: &str| {
            let preset = presets::find(preset).expect("a preset");
            about_service(&World::new(&(preset.scenario)(), 1).expect("the presets are tested"))
        };
        let words = about("bulkheads-save-health");
        assert_eq!(words[1], "A search asks the database, then the model provider.");
        assert!(about("herd-immediate").is_empty());
    }
}
