//! What the host of an embedded page asks of the Herd.

use super::session::Change;
use super::{HerdView, Msg};
use crate::host::{self, Ask, Refusal};
use crate::playback;
use fusebox_lab::settings::Problem;
use gloo_events::EventListener;
use yew::prelude::*;

/// Has the view do what the host asks.
pub(super) fn listen(ctx: &Context<HerdView>) -> EventListener {
    let link = ctx.link().clone();
    host::listen(move |ask| {
        let msg = link.get_component().ok_or(Refusal::Unsupported)?.msg_of(ask)?;
        link.send_message(msg);
        Ok(())
    })
}

impl HerdView {
    /// The message that does what is asked.
    fn msg_of(&self, ask: Ask) -> Result<Msg, Refusal> {
        Ok(match ask {
            Ask::Play(playing) => Msg::Play(playing),
            Ask::Seek(at) => Msg::Seek(at),
            Ask::Reset => Msg::Reset,
            Ask::Speed(speed) => Msg::Speed(playback::find(speed).map_err(Refusal::Invalid)?),
            Ask::Set(key, text) => {
                let mut comparison = (*self.session.chosen.comparison).clone();
                comparison.set(&key, &text)?;
                comparison.check().map_err(Problem::from)?;
                Msg::Change(Change::Set(key, text))
            }
            Ask::Act(_) => return Err(Refusal::Unsupported),
        })
    }
}
