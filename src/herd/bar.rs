//! The bar of the Herd: preset, undo, share, and the settings of all lanes.

use super::edit::fields;
use super::session::{Change, Session, preset_at};
use crate::address::use_address;
use crate::select::Select;
use crate::setting_field::Subject;
use crate::share::Share;
use fusebox_lab::herd::{HerdPreset, PRESETS};
use fusebox_lab::link::Link;
use fusebox_lab::settings::{self, Setting};
use std::rc::Rc;
use yew::prelude::*;

/// The settings that are always visible; the others are in a disclosure.
const OPEN: [&str; 6] = [
    "herd.clients",
    "herd.outage",
    "herd.fault",
    "herd.capacity_lost",
    "herd.capacity",
    "herd.timeout",
];

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// Whether the view is visible, so that the address is that of the session.
    pub(super) visible: bool,
    pub(super) on_change: Callback<Change>,
}

/// The title of a preset, with a note if the comparison has been changed since.
fn title(session: &Session, preset: &HerdPreset) -> String {
    let chosen = &session.chosen;
    let is_changed = preset == chosen.preset && *chosen.comparison != (preset.comparison)();
    if is_changed { format!("{}, changed", preset.title) } else { preset.title.to_owned() }
}

/// The bar above the lanes.
#[component(Bar)]
pub(super) fn bar(props: &Props) -> Html {
    let Props { session, visible, on_change } = props;
    use_address(Rc::new(session.link(None)), *visible, Some(Link::write));
    let shares = use_state_eq(|| false);
    let toggle = {
        let shares = shares.clone();
        Callback::from(move |_: MouseEvent| shares.set(!*shares))
    };
    let choose = on_change.reform(|n| Change::Preset(preset_at(Some(n))));
    let undo = on_change.reform(|_: MouseEvent| Change::Undo);
    html! {
        <section class="bar" aria-label="Comparison">
            <label class="bar__preset">
                <span class="visually-hidden">{ "Comparison" }</span>
                <Select
                    options={PRESETS.iter().map(|it| title(session, it).into()).collect::<Vec<_>>()}
                    chosen={PRESETS.iter().position(|it| it == session.chosen.preset)} on_choose={choose}
                />
            </label>
            <p class="bar__about">{ session.chosen.preset.about }</p>
            <button
                class="button" type="button" onclick={undo}
                aria-disabled={(!session.can_undo()).to_string()}
            >
                { "Undo" }
            </button>
            <button
                class="button button--strong" type="button" onclick={toggle}
                aria-expanded={shares.to_string()}
            >
                { "Share" }
            </button>
            if *shares {
                <Share
                    link={session.link(None).write()} about="This link opens the same lanes."
                />
            }
        </section>
    }
}

/// The settings of all lanes.
#[component(Common)]
pub(super) fn common(props: &Props) -> Html {
    let chosen = &props.session.chosen;
    let setup = chosen.comparison.setup;
    let settings = use_memo((setup, chosen.preset.name), {
        let base = props.session.base().setup;
        move |_| (settings::all(&setup), settings::all(&base))
    });
    let (settings, before) = &*settings;
    let on_set = props.on_change.reform(|(key, text)| Change::Set(key, text));
    let (open, others): (Vec<_>, Vec<_>) =
        settings.iter().cloned().partition(|it| OPEN.contains(&it.key.as_str()));
    let fields = |some: &[Setting]| fields(some, before, &Subject::Herd(setup), "", &on_set);
    html! {
        <section class="herd__common panel" aria-label="Settings of all lanes">
            <div class="herd__settings">
                { for fields(&open) }
            </div>
            <details class="herd__more">
                <summary>{ "More settings of all lanes" }</summary>
                <div class="herd__settings">
                    { for fields(&others) }
                </div>
            </details>
        </section>
    }
}
