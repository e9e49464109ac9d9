//! What the host of an embedded page asks of the Playground, and what it is told of the run.

use super::Page;
use super::session::{self, Action};
use crate::host::{self, Ask, Refusal};
use crate::playback;
use fusebox::Decision;
use fusebox::time::{Duration, Instant};
use fusebox_lab::settings;
use fusebox_sim::{Command, Entry, What};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Shows nothing, does what the host asks, and tells it what happens.
#[component(Asks)]
pub(super) fn asks(page: &Page) -> Html {
    let newest = use_mut_ref(|| page.clone());
    newest.replace(page.clone());
    use_effect_with(page.visible, {
        let newest = newest.clone();
        move |&visible| {
            let listener = visible.then(|| {
                host::listen(move |ask| {
                    let page = newest.borrow().clone();
                    page.on_action.emit(action(&page, ask)?);
                    Ok(())
                })
            });
            move || drop(listener)
        }
    });
    let told = use_mut_ref(Told::default);
    if page.visible {
        told.borrow_mut().tell(page);
    }
    Html::default()
}

/// The action that does what is asked, at this moment of the run.
fn action(page: &Page, ask: Ask) -> Result<Action, Refusal> {
    let (plan, now) = (&page.session.world.plan, page.shared.now.get());
    Ok(match ask {
        Ask::Play(playing) => Action::Play(playing),
        Ask::Seek(at) => Action::Seek(Instant::ZERO + Duration::from_secs_f64(at)),
        Ask::Reset => Action::Reset(now),
        Ask::Speed(speed) => Action::Speed(playback::find(speed).map_err(Refusal::Invalid)?),
        Ask::Set(key, text) => {
            let mut scenario = plan.scenario_at(now);
            settings::set(&mut scenario, &key, &text)?;
            if let Some(problem) = settings::check(&scenario).into_iter().next() {
                return Err(problem.into());
            }
            session::set(now, vec![(key, text)])
        }
        Ask::Act(text) => {
            let action = settings::action(&text, now)?;
            Action::Act(action.at, action.on, vec![action.command])
        }
    })
}

/// What the host has been told.
#[derive(Default)]
struct Told {
    /// The number of the newest event.
    event: Option<u64>,
    playing: Option<bool>,
}

impl Told {
    /// Tells of the events since the last time, and whether the run plays.
    fn tell(&mut self, page: &Page) {
        for line in page.summary.log.iter() {
            if !line.is_future && Some(line.number) > self.event {
                tell_event(&line.entry, &line.text);
            }
        }
        // After going back in time, what happens again is told again.
        let past = page.summary.log.iter().rfind(|it| !it.is_future);
        self.event = past.map(|it| it.number);
        host::tell_state(&mut self.playing, page.session.playing, page.shared.now.get());
    }
}

/// Tells of an entry of the log if it is a transition of a breaker, or a fault or its end.
fn tell_event(entry: &Entry, text: &str) {
    let at = ("at", JsValue::from(entry.at.as_secs_f64()));
    let text = ("text", JsValue::from(text));
    match entry.what {
        What::Decided(Decision::Transition(it)) => {
            let on = entry.on.map_or(JsValue::NULL, |on| on.name().into());
            let [from, to] = [it.from, it.to].map(|it| JsValue::from(it.to_string()));
            host::tell("transition", &[at, ("on", on), ("from", from), ("to", to), text]);
        }
        What::Done(on, command @ (Command::Fault(_) | Command::Heal(_) | Command::HealAll)) => {
            let ends = !matches!(command, Command::Fault(_));
            host::tell("fault", &[at, ("on", on.name().into()), ("ends", ends.into()), text]);
        }
        _ => {}
    }
}
