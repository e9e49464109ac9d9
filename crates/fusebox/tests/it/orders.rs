//! The orders in which layers can stand.

use fusebox::LayerKind;

/// Every order of every subset of these kinds of layer, none at all included.
pub(crate) fn all_orders(kinds: &[LayerKind]) -> Vec<Vec<LayerKind>> {
    let mut orders = vec![Vec::new()];
    let mut n = 0;
    while n < orders.len() {
        let order = orders[n].clone();
        let unused = kinds.iter().copied().filter(|kind| !order.contains(kind));
        let longer = unused.map(|kind| [&order[..], &[kind]].concat());
        orders.extend(longer.collect::<Vec<_>>());
        n += 1;
    }
    orders
}
