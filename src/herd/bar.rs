//! The head of the Herd: its story, preset, undo, share, and the settings of all lanes.

use super::head::{assumptions, headline};
use super::session::{Change, Session, preset_at};
use crate::address::use_address;
use crate::disclosure::panel_button;
use crate::select::Select;
use crate::setting_field::{Subject, fields};
use crate::share::Share;
use fusebox::time::Instant;
use fusebox_lab::herd::{HerdPreset, PRESETS};
use fusebox_lab::link::Link;
use fusebox_lab::settings;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// The moment that a link opens; none for its default.
    pub(super) at: Option<Instant>,
    /// Whether the run has been played to its end.
    pub(super) is_whole: bool,
    /// Whether the view is visible, so that the address is that of the session.
    pub(super) visible: bool,
    pub(super) on_change: Callback<Change>,
}

/// The panels that the head can open, one at a time.
#[derive(Clone, Copy, PartialEq)]
enum Panel {
    Settings,
    Share,
}

/// The title of a preset, with a note if the comparison has been changed since.
fn title(session: &Session, preset: &HerdPreset) -> String {
    let chosen = &session.chosen;
    let is_changed = preset == chosen.preset && *chosen.comparison != (preset.comparison)();
    if is_changed { format!("Changed from: {}", preset.title) } else { preset.title.to_owned() }
}

/// The head above the lanes.
#[component(Bar)]
pub(super) fn bar(props: &Props) -> Html {
    let Props { session, at, is_whole, visible, on_change } = props;
    use_address(Rc::new(session.link(*at)), *visible, Some(Link::write));
    let open = use_state_eq(|| None::<Panel>);
    let choose = on_change.reform(|n| Change::Preset(preset_at(Some(n))));
    let undo = on_change.reform(|_: MouseEvent| Change::Undo);
    // What a preset shows is said once it has been seen.
    let about = if *is_whole { session.chosen.preset.about } else { "" };
    let place = PRESETS.iter().position(|it| it == session.chosen.preset);
    let next = place.and_then(|place| PRESETS.get(place + 1));
    let go_on = {
        let place = place.map(|place| place + 1);
        on_change.reform(move |_: MouseEvent| Change::Preset(preset_at(place)))
    };
    html! {
        <section class="head" aria-label="Comparison">
            <h1>{ headline(&session.chosen.comparison) }</h1>
            <div class="head__controls">
                <label class="bar__preset">
                    <span class="visually-hidden">{ "Comparison" }</span>
                    <Select
                        options={PRESETS.iter().map(|it| title(session, it).into()).collect::<Vec<_>>()}
                        chosen={PRESETS.iter().position(|it| it == session.chosen.preset)} on_choose={choose}
                    />
                </label>
                { panel_button(&open, "Settings", Panel::Settings, None) }
                <button
                    class="button" type="button" onclick={undo.clone()}
                    aria-disabled={(!session.can_undo()).to_string()}
                >
                    { "Undo" }
                </button>
                { panel_button(&open, "Share", Panel::Share, Some("button--strong")) }
            </div>
            <p class="head__about">{ assumptions(&session.chosen.comparison.setup) }</p>
            <div class="head__lesson">
                <p>{ about }</p>
                if let Some(next) = next.filter(|_| *is_whole) {
                    <button class="button lane__toggle" type="button" onclick={go_on}>
                        { format!("Next: {}", next.title) }
                    </button>
                }
            </div>
            if let Some(notice) = &session.notice {
                <p class="head__notice" role="status">
                    { notice }
                    <button class="button lane__toggle" type="button" onclick={undo}>{ "Undo this" }</button>
                </p>
            }
            if *open == Some(Panel::Share) {
                <Share link={session.link(*at).write()} about="This link opens the same lanes at this moment." />
            }
            if *open == Some(Panel::Settings) {
                <Common session={session.clone()} on_change={on_change.clone()} />
            }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CommonProps {
    session: Session,
    on_change: Callback<Change>,
}

/// The settings of all lanes.
#[component(Common)]
fn common(CommonProps { session, on_change }: &CommonProps) -> Html {
    let chosen = &session.chosen;
    let setup = chosen.comparison.setup;
    let settings = use_memo((setup, chosen.preset.name), {
        let base = session.base().setup;
        move |_| (settings::all(&setup), settings::all(&base))
    });
    let (settings, before) = &*settings;
    let on_set = on_change.reform(|(key, text)| Change::Set(key, text));
    html! {
        <section class="herd__common panel" aria-label="Settings of all lanes">
            <div class="herd__settings">
                { for fields(settings, before, &Subject::Herd(setup), "", &on_set) }
            </div>
        </section>
    }
}
