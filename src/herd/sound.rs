//! The sound of a lane: a click for each attempt that comes to its database while time plays.

mod clicks;
mod speaker;

use super::prediction::names;
use crate::select::Select;
use clicks::{clicks, level};
use fusebox::time::Instant;
use fusebox_lab::herd::{Comparison, Lane};
use speaker::Speaker;
use std::rc::Rc;
use yew::prelude::*;

/// The lane that is heard, if any.
#[derive(Default)]
pub(super) struct Sound {
    is_on: bool,
    lane: usize,
    /// Whether the browser lacks sound.
    is_missing: bool,
    /// Made when the sound is first switched on: a browser allows no sound before the user acts.
    speaker: Option<Speaker>,
}

impl Sound {
    /// The lane that is heard, from 0; the last lane if the chosen one is gone.
    pub(super) fn lane(&self, comparison: &Comparison) -> usize {
        self.lane.min(comparison.lanes.len().saturating_sub(1))
    }

    /// Chooses another lane, or switches the sound on or off.
    pub(super) fn set(&mut self, lane: Option<usize>) {
        if let Some(lane) = lane {
            self.lane = lane;
            return;
        }
        self.speaker = self.speaker.take().or_else(Speaker::new);
        self.is_missing = self.speaker.is_none();
        self.is_on = !self.is_on && !self.is_missing;
        if let Some(speaker) = &self.speaker {
            speaker.switch(self.is_on);
        }
    }

    /// Plays the attempts of a lane between two moments over the next `seconds`.
    pub(super) fn play(&self, lane: Option<&Rc<Lane>>, from: Instant, to: Instant, seconds: f64) {
        if let (true, Some(lane), Some(speaker)) = (self.is_on, lane, &self.speaker) {
            for click in clicks(&lane.buckets, from, to) {
                speaker.click(click.share * seconds, level(click.attempts));
            }
        }
    }

    /// The switch and the choice of the lane; muted while the results are hidden.
    pub(super) fn view(
        &self,
        comparison: &Comparison,
        is_muted: bool,
        on_set: &Callback<Option<usize>>,
    ) -> Html {
        let (names, heard) = (names(comparison), self.lane(comparison));
        let caption = match (self.is_missing, self.is_on, is_muted) {
            (true, ..) => "This browser does not let the page play sound.".to_owned(),
            (_, false, _) => String::new(),
            (_, _, true) => "Silent until you have made your prediction.".to_owned(),
            _ => format!(
                "A click for each attempt at the database of {} while time plays; louder when more come at once.",
                names[heard]
            ),
        };
        let options: Vec<AttrValue> = names.iter().cloned().map(AttrValue::from).collect();
        html! {
            <div class="sound" role="group" aria-label="Sound">
                <button
                    class="toggle" type="button" role="switch" aria-checked={self.is_on.to_string()}
                    onclick={on_set.reform(|_: MouseEvent| None)}
                >
                    <span class="switch__track" aria-hidden="true" />{ "Sound" }
                </button>
                if self.is_on && names.len() > 1 {
                    <label class="field">
                        <span>{ "of" }</span>
                        <Select
                            label="Lane to hear" options={options} chosen={heard}
                            on_choose={on_set.reform(Some)}
                        />
                    </label>
                }
                <p class="sound__caption" role="status">{ caption }</p>
            </div>
        }
    }
}
