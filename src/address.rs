//! The address of the page: reading the link in it, and keeping it up to date.

use crate::browser;
use fusebox_lab::link::{self, Content, Link, View, sentences};
use fusebox_lab::settings::Problem;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds after the last change until the address is updated.
const SETTLE: u32 = 300;

/// The link in the address, as it was last read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// Counts the links that were opened, so that the same link can be opened again.
    number: u32,
    /// The view to show.
    pub(super) view: View,
    /// None if the address names only a view.
    link: Option<Rc<Link>>,
    /// A link that can only be read once the code that reads links has been fetched.
    unread: Option<String>,
    /// The problems of the link, as sentences.
    pub(super) notices: Rc<[String]>,
}

/// [`Address::read`], once its code is loaded.
type Read = fn(number: u32, text: &str) -> Address;

impl Address {
    /// The address when the page opens.
    pub(super) fn first(read: Option<Read>) -> Self {
        let view = View::default();
        let empty = Self { number: 0, view, link: None, unread: None, notices: Rc::default() };
        empty.with(fragment(), read)
    }

    /// The address now. The bare name of a view shows that view unchanged.
    pub(super) fn next(&self, read: Option<Read>) -> Self {
        self.with(fragment(), read)
    }

    /// Reads a link that had to wait for its part. Keeps the view that the user has opened in the
    /// meantime.
    pub(super) fn read_at_last(&self, read: Option<Read>) -> Self {
        let read = self.unread.clone().map(|text| self.with(text, read));
        read.map_or_else(|| self.clone(), |read| Self { view: self.view, ..read })
    }

    fn with(&self, text: String, read: Option<Read>) -> Self {
        let bare = if text.is_empty() { Some(View::default()) } else { View::named(&text) };
        if let Some(view) = bare {
            return Self { view, ..self.clone() };
        }
        if let Some(read) = read {
            return read(self.number + 1, &text);
        }
        let named = text.split('?').next().unwrap_or_default();
        let view = View::named(named).unwrap_or_default();
        Self { view, unread: Some(text), notices: Rc::default(), ..self.clone() }
    }

    /// Reads a link; the number counts the links that were opened.
    pub(crate) fn read(number: u32, text: &str) -> Self {
        let (mut link, mut problems) = Link::read(text);
        if let Link::Playground(playground) = &mut link {
            problems.extend(bound(playground));
        }
        let notices = sentences(&problems).into();
        Self { number, view: link.view(), link: Some(Rc::new(link)), unread: None, notices }
    }

    /// Whether the link can only be read later.
    pub(super) const fn is_unread(&self) -> bool {
        self.unread.is_some()
    }

    /// The content of the link if it is of this view, with the link's number.
    pub(super) fn content<T: Content + Clone>(&self) -> Option<(u32, Rc<T>)> {
        let content = T::of(self.link.as_deref()?)?;
        Some((self.number, Rc::new(content.clone())))
    }
}

/// The largest number of clients in all groups, and the most bytes for their layers. The page keeps
/// many checkpoints of a run and has less memory than the command line.
const CLIENTS_MAX: u32 = 100_000;
const MEMORY_MAX: u64 = 20_000_000;

/// If the clients are more than a page can hold, takes the preset's instead and reports it.
fn bound(link: &mut link::Playground) -> Option<Problem> {
    let scenario = &mut link.scenario;
    if scenario.client_count() <= CLIENTS_MAX && scenario.memory() <= MEMORY_MAX {
        return None;
    }
    scenario.clients = (link.preset.scenario)().clients;
    let what = format!(
        "has too many: this page takes at most {CLIENTS_MAX} clients, fewer if they have layers of their own"
    );
    Some(Problem::new("clients", what))
}

/// Updates the address after a change to a visible view, once the part that writes links is loaded.
#[hook]
pub(super) fn use_address(link: Rc<Link>, visible: bool, write: Option<fn(&Link) -> String>) {
    use_effect_with((link, visible, write.is_some()), move |(link, visible, _)| {
        let text = write.filter(|_| *visible).map(|write| write(link));
        let is_new = text.filter(|text| {
            let now = browser::fragment();
            *text != now && !(now.is_empty() && *text == View::default().name())
        });
        let timeout = is_new.map(|text| Timeout::new(SETTLE, move || update(&text)));
        move || drop(timeout)
    });
}

thread_local! {
    /// The fragment of the address that the page has last read or written.
    static KNOWN: RefCell<String> = RefCell::default();
}

/// The fragment of the address now.
fn fragment() -> String {
    let fragment = browser::fragment();
    KNOWN.set(fragment.clone());
    fragment
}

/// Writes a link into the address, unless another one is in it of which the page has yet to hear.
fn update(link: &str) {
    if KNOWN.with_borrow(|known| *known == browser::fragment()) {
        browser::replace_fragment(link);
        // The browser may have escaped some of it.
        fragment();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_with_too_many_clients_is_bounded() {
        let address = Address::read(0, "playground?seed=7&clients.count=1000000");
        assert!(address.notices[0].contains("at most 100000 clients"), "{:?}", address.notices);
        let (_, link) = address.content::<link::Playground>().expect("it is of the Playground");
        assert_eq!((link.scenario.client_count(), link.seed), (200, 7), "the rest is kept");
        assert!(Address::read(0, "playground?clients.count=50000").notices.is_empty());
    }
}
