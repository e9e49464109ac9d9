//! The address of the page: what it says when the page opens, and what it is to say.

use crate::browser;
use fusebox_lab::knobs::Problem;
use fusebox_lab::link::{self, Link, sentences};
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds without a change before the address follows what was chosen.
const SETTLE: u32 = 300;

/// What the address said when it was last read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// Counts the readings; a new number is a new wish.
    pub(super) number: u32,
    pub(super) link: Rc<Link>,
    /// What is wrong with it, as sentences.
    pub(super) notices: Rc<[String]>,
}

impl Address {
    /// What the address says when the page opens.
    pub(super) fn first() -> Self {
        Self::read(0, &browser::fragment())
    }

    fn read(number: u32, text: &str) -> Self {
        let (mut link, mut problems) = Link::read(text);
        if let Link::Playground(playground) = &mut link {
            problems.extend(bound(playground));
        }
        Self { number, link: Rc::new(link), notices: sentences(&problems).into() }
    }

    /// What the address says now; the bare name of a view changes nothing in that view.
    pub(super) fn next(&self) -> (Self, &'static str) {
        let text = browser::fragment();
        let next = Self::read(self.number + 1, &text);
        let view = next.link.view();
        if text.is_empty() || text == view { (self.clone(), view) } else { (next, view) }
    }

    /// What it says of the Playground, and the number of the reading.
    pub(super) fn playground(&self) -> Option<(u32, Rc<link::Playground>)> {
        match &*self.link {
            Link::Playground(playground) => Some((self.number, Rc::new((**playground).clone()))),
            Link::Herd(_) => None,
        }
    }

    /// What it says of the Herd, and the number of the reading.
    pub(super) fn herd(&self) -> Option<(u32, Rc<link::Herd>)> {
        match &*self.link {
            Link::Herd(herd) => Some((self.number, Rc::new((**herd).clone()))),
            Link::Playground(_) => None,
        }
    }
}

/// The most clients in all groups, and the most bytes for their layers: a run is kept at many moments,
/// and a page has less memory than a program.
const CLIENTS_MAX: u32 = 100_000;
const MEMORY_MAX: u64 = 20_000_000;

/// Has the preset's clients in the place of more than a page can hold, and says so.
fn bound(link: &mut link::Playground) -> Option<Problem> {
    let scenario = &mut link.scenario;
    if scenario.client_count() <= CLIENTS_MAX && scenario.memory() <= MEMORY_MAX {
        return None;
    }
    scenario.clients = (link.preset.scenario)().clients;
    let what = format!(
        "has too many, but this page takes {CLIENTS_MAX} clients at the most, fewer where they have layers of their own"
    );
    Some(Problem::new("clients", what))
}

/// Has the address follow what was chosen, once it has settled and while its view is visible.
#[hook]
pub(super) fn use_address(link: Rc<Link>, visible: bool) {
    use_effect_with((link, visible), |(link, visible)| {
        let text = visible.then(|| link.write());
        let is_new = text.filter(|text| {
            let now = browser::fragment();
            *text != now && !(now.is_empty() && *text == Link::VIEWS[0])
        });
        let timeout =
            is_new.map(|text| Timeout::new(SETTLE, move || browser::replace_fragment(&text)));
        move || drop(timeout)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_asks_for_no_more_than_a_page_can_hold() {
        let address = Address::read(0, "playground?seed=7&clients.count=1000000");
        assert!(address.notices[0].contains("100000 clients at the most"), "{:?}", address.notices);
        let (_, link) = address.playground().expect("it is of the Playground");
        assert_eq!((link.scenario.client_count(), link.seed), (200, 7), "the rest is kept");
        assert!(Address::read(0, "playground?clients.count=50000").notices.is_empty());
    }
}
