//! The sound of a lane: a click for each attempt that comes to its database while time plays.

mod clicks;
mod speaker;

use super::prediction::names;
use crate::browser::selected;
use clicks::{clicks, level};
use fusebox::time::Instant;
use fusebox_lab::herd::{Comparison, Lane};
use speaker::Speaker;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;

/// What is heard, of which lane; all clones are the same.
#[derive(Clone, Default)]
pub(super) struct Sound(Rc<State>);

#[derive(Default)]
struct State {
    is_on: Cell<bool>,
    lane: Cell<usize>,
    /// It is made when the sound is first switched on: a browser lets no page make a noise before.
    speaker: RefCell<Option<Speaker>>,
}

impl PartialEq for Sound {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Sound {
    /// The lane that is heard, from 0.
    pub(super) fn lane(&self) -> usize {
        self.0.lane.get()
    }

    /// Has what came between two moments of a lane be heard over so many seconds from now on.
    pub(super) fn play(&self, lane: Option<&Rc<Lane>>, from: Instant, to: Instant, seconds: f64) {
        if !self.0.is_on.get() {
            return;
        }
        if let (Some(lane), Some(speaker)) = (lane, &*self.0.speaker.borrow()) {
            for click in clicks(&lane.buckets, from, to) {
                speaker.click(click.share * seconds, level(click.attempts));
            }
        }
    }

    /// Switches it on or off; false where the browser has no sound.
    fn switch(&self, on: bool) -> bool {
        let mut speaker = self.0.speaker.borrow_mut();
        if on && speaker.is_none() {
            *speaker = Speaker::new();
        }
        let Some(speaker) = &*speaker else { return false };
        speaker.switch(on);
        self.0.is_on.set(on);
        true
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) sound: Sound,
    pub(super) comparison: Rc<Comparison>,
    /// Whether nothing is to be heard, as nothing of the lanes is to be known.
    pub(super) is_muted: bool,
}

/// Switches the sound, and says what is heard.
#[component(SoundSwitch)]
pub(super) fn sound_switch(props: &Props) -> Html {
    let (on, lane) = (use_state_eq(|| false), use_state_eq(|| 0_usize));
    let is_missing = use_state_eq(|| false);
    let names = names(&props.comparison);
    // A lane that is gone is heard no more.
    let heard = (*lane).min(names.len().saturating_sub(1));
    props.sound.0.lane.set(heard);
    let switch = {
        let (sound, on, is_missing) = (props.sound.clone(), on.clone(), is_missing.setter());
        Callback::from(move |_: MouseEvent| {
            let can = sound.switch(!*on);
            on.set(can && !*on);
            is_missing.set(!can);
        })
    };
    let choose = {
        let lane = lane.setter();
        Callback::from(move |event: Event| lane.set(selected(&event).unwrap_or(0)))
    };
    let caption = match (*is_missing, *on, props.is_muted) {
        (true, ..) => "This browser does not let the page play sound.".to_owned(),
        (_, false, _) => String::new(),
        (_, _, true) => "Silent until you have made your prediction.".to_owned(),
        _ => format!(
            "A click for each attempt at the database of {} while time plays; louder when more come at once.",
            names.get(heard).map_or("", String::as_str)
        ),
    };
    html! {
        <div class="sound" role="group" aria-label="Sound">
            <button class="toggle" type="button" role="switch" aria-checked={on.to_string()} onclick={switch}>
                <span class="switch__track" aria-hidden="true" />{ "Sound" }
            </button>
            if *on && names.len() > 1 {
                <label class="field">
                    <span>{ "of" }</span>
                    <select class="input" aria-label="Lane that is heard" onchange={choose}>
                        { for names.iter().enumerate().map(|(n, name)| html! {
                            <option selected={n == heard}>{ name }</option>
                        }) }
                    </select>
                </label>
            }
            <p class="sound__caption" role="status">{ caption }</p>
        </div>
    }
}
