//! What the host of an embedded page asks of the Herd, and what it is told of it.

use super::HerdView;
use super::Msg;
use super::playhead::seconds_to;
use super::session::Change;
use crate::host::{self, Ask, Refusal};
use crate::playback;
use fusebox_lab::words::sentence;
use gloo_events::EventListener;
use yew::prelude::*;

/// Has the view do what the host asks.
pub(super) fn listen(ctx: &Context<HerdView>) -> EventListener {
    let link = ctx.link().clone();
    host::listen(move |ask| {
        // Messages are handled at once, so what is wrong with one has to be found before.
        let view = link.get_component().ok_or(Refusal::Unsupported)?;
        view.check(&ask)?;
        drop(view);
        link.send_message(Msg::Asked(ask));
        Ok(())
    })
}

impl HerdView {
    fn check(&self, ask: &Ask) -> Result<(), Refusal> {
        match ask {
            Ask::Act(_) => Err(Refusal::Unsupported),
            Ask::Speed(speed) => playback::find(*speed).map(drop).map_err(Refusal::Invalid),
            Ask::Set(key, text) => {
                let mut comparison = (*self.session.chosen.comparison).clone();
                let mut done = comparison.set(key, text);
                done = done.and_then(|()| Ok(comparison.check().map(drop)?));
                done.map_err(|problem| Refusal::Invalid(sentence(&problem.to_string())))
            }
            Ask::Play(_) | Ask::Seek(_) | Ask::Reset => Ok(()),
        }
    }

    /// Does what was asked and found to be right.
    pub(super) fn act(&mut self, ctx: &Context<Self>, ask: Ask) {
        match ask {
            Ask::Play(playing) => self.playhead.play(playing),
            Ask::Seek(at) => self.playhead.seek(seconds_to(at)),
            Ask::Reset => self.playhead.seek(seconds_to(0.0)),
            Ask::Speed(speed) => {
                self.playhead.speed = playback::find(speed).unwrap_or(self.playhead.speed);
            }
            Ask::Set(key, text) => self.change(ctx, Change::Set(key, text)),
            Ask::Act(_) => {}
        }
    }

    /// Tells the host whether the run plays, if that has changed.
    pub(super) fn tell(&mut self) {
        let playing = Some(self.playhead.playing).filter(|_| self.listeners.is_some());
        if playing.is_some() && self.told != playing {
            self.told = playing;
            let at = self.playhead.at().as_secs_f64();
            host::tell("state", &[("playing", playing.into()), ("at", at.into())]);
        }
    }
}
