//! The address of the page: what it says when the page opens, and what it is to say.

use crate::browser;
use crate::part;
use fusebox_lab::link::{self, Link, sentences};
use fusebox_lab::settings::Problem;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds without a change before the address follows what was chosen.
const SETTLE: u32 = 300;

/// What the address said when it was last read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// Counts the readings; a new number is a new wish.
    number: u32,
    view: &'static str,
    /// None where it names no more than a view.
    link: Option<Rc<Link>>,
    /// What it says that cannot be read before [`part::details`] is here.
    unread: Option<String>,
    /// What is wrong with it, as sentences.
    pub(super) notices: Rc<[String]>,
}

impl Address {
    /// What the address says when the page opens.
    pub(super) fn first() -> Self {
        let view = Link::VIEWS[0];
        let nothing = Self { number: 0, view, link: None, unread: None, notices: Rc::default() };
        nothing.with(browser::fragment())
    }

    /// What the address says now; the bare name of a view changes nothing in that view.
    pub(super) fn next(&self) -> Self {
        self.with(browser::fragment())
    }

    /// The same, once what it says can be read; the view stays the one that was chosen meanwhile.
    pub(super) fn read_at_last(&self) -> Self {
        let read = self.unread.clone().map(|text| self.with(text));
        read.map_or_else(|| self.clone(), |read| Self { view: self.view, ..read })
    }

    fn with(&self, text: String) -> Self {
        let bare = if text.is_empty() { Link::VIEWS[0] } else { &text };
        if let Some(view) = Link::VIEWS.into_iter().find(|view| *view == bare) {
            return Self { view, ..self.clone() };
        }
        if let Some(details) = part::details() {
            return (details.read_link)(self.number + 1, &text);
        }
        let named = text.split('?').next().unwrap_or_default();
        let view = Link::VIEWS.into_iter().find(|view| *view == named).unwrap_or(Link::VIEWS[0]);
        Self { view, unread: Some(text), notices: Rc::default(), ..self.clone() }
    }

    /// What a link says; the number counts the links.
    pub(crate) fn read(number: u32, text: &str) -> Self {
        let (mut link, mut problems) = Link::read(text);
        if let Link::Playground(playground) = &mut link {
            problems.extend(bound(playground));
        }
        let notices = sentences(&problems).into();
        Self { number, view: link.view(), link: Some(Rc::new(link)), unread: None, notices }
    }

    /// The view that is to be shown.
    pub(super) const fn view(&self) -> &'static str {
        self.view
    }

    /// Whether what it says can only be read later.
    pub(super) const fn is_unread(&self) -> bool {
        self.unread.is_some()
    }

    /// What it says of the Playground, and the number of the reading.
    pub(super) fn playground(&self) -> Option<(u32, Rc<link::Playground>)> {
        match self.link.as_deref()? {
            Link::Playground(playground) => Some((self.number, Rc::new((**playground).clone()))),
            Link::Herd(_) => None,
        }
    }

    /// What it says of the Herd, and the number of the reading.
    pub(super) fn herd(&self) -> Option<(u32, Rc<link::Herd>)> {
        match self.link.as_deref()? {
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

/// Writes a link.
pub(super) type Write = fn(&Link) -> String;

/// Has the address follow what was chosen, once it has settled, while its view is visible and as soon
/// as it can be written.
#[hook]
pub(super) fn use_address(link: Rc<Link>, visible: bool, write: Option<Write>) {
    use_effect_with((link, visible, write.is_some()), move |(link, visible, _)| {
        let text = write.filter(|_| *visible).map(|write| write(link));
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
