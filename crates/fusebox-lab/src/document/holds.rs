//! What is right of a scenario that as a whole is not.

use crate::settings::check;
use fusebox::{LayerConfig, Pipeline};
use fusebox_sim::{Dependency, Scenario};

/// The base with all parts of `read` with which it still holds; a layer that does not hold is as in
/// the base, or has its defaults.
pub(super) fn what_holds(base: Scenario, mut read: Scenario) -> Scenario {
    for (n, group) in read.clients.iter_mut().enumerate() {
        mend(&mut group.layers, base.clients.get(n).map_or(&[], |group| &group.layers));
    }
    for (dependency, config) in read.dependencies.iter_mut() {
        mend(&mut config.layers, &base.dependencies[dependency].layers);
    }
    let mut kept = base;
    let mut keep = |take: &dyn Fn(&mut Scenario)| {
        let before = kept.clone();
        take(&mut kept);
        if !check(&kept).is_empty() {
            kept = before;
        }
    };
    keep(&|kept| kept.duration = read.duration);
    keep(&|kept| kept.cancellation = read.cancellation);
    keep(&|kept| kept.clients.clone_from(&read.clients));
    keep(&|kept| kept.service.clone_from(&read.service));
    keep(&|kept| kept.schedule.clone_from(&read.schedule));
    for dependency in Dependency::ALL {
        keep(&|kept| {
            kept.dependencies[dependency].clone_from(&read.dependencies[dependency]);
        });
    }
    kept
}

fn mend(layers: &mut [LayerConfig], base: &[LayerConfig]) {
    for layer in layers {
        if Pipeline::new(&[*layer], 0).is_err() {
            let kind = layer.kind();
            let as_before = base.iter().find(|layer| layer.kind() == kind).copied();
            *layer = as_before.unwrap_or_else(|| kind.default_config());
        }
    }
}
