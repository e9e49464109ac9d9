//! The results of the comparison with which the Herd opens. The engine computes them when the page is
//! built, so that they are there as soon as the view is, on any machine.

use super::session::Session;
use crate::browser;
use fusebox_lab::herd::Lane;
use fusebox_lab::job::{Job, JobResult, LaneJob};
use fusebox_lab::settings::Problem;
use gloo_timers::future::TimeoutFuture;
use std::rc::Rc;
use yew::Callback;
use yew::platform::spawn_local;

/// Where they are, beside the page.
const FILE: &str = "results/herd.txt";

/// Milliseconds after which the page computes them itself, as the network is slower than it.
const PATIENCE: u32 = 2_000;

/// Those results, if a page that shows the comparison has them.
#[derive(Default)]
pub(super) enum Prepared {
    #[default]
    Unasked,
    Asked,
    /// None if they could not be fetched, so that the page has to compute them.
    Here(Vec<(LaneJob, Rc<Lane>)>),
}

impl Prepared {
    /// Whether the results of these jobs are on their way. The first time, fetches them; `on` receives
    /// the text for [`Prepared::hear`].
    pub(super) fn are_coming(&mut self, wanted: &[LaneJob], on: &Callback<Option<String>>) -> bool {
        if matches!(self, Self::Here(_)) || wanted != jobs() {
            return false;
        }
        if matches!(self, Self::Unasked) {
            *self = Self::Asked;
            let (on, on_late) = (on.clone(), on.clone());
            spawn_local(async move {
                on.emit(browser::fetch_text(&browser::of_this_build(FILE)).await);
            });
            spawn_local(async move {
                TimeoutFuture::new(PATIENCE).await;
                on_late.emit(None);
            });
        }
        true
    }

    /// Takes the text that was fetched, or that there is none; false if it comes after that, too late.
    pub(super) fn hear(&mut self, text: Option<&str>) -> bool {
        let is_first = !matches!(self, Self::Here(_));
        if is_first {
            *self = Self::Here(text.and_then(read).unwrap_or_default());
        }
        is_first
    }

    /// The result of a job; none if it has to be computed.
    pub(super) fn lane(&self, job: &LaneJob) -> Option<Rc<Lane>> {
        let Self::Here(lanes) = self else { return None };
        lanes.iter().find(|it| it.0 == *job).map(|it| it.1.clone())
    }
}

/// The lanes with which the Herd opens.
fn jobs() -> Vec<LaneJob> {
    Session::default().chosen.jobs()
}

/// The file with the results: for each lane a line with the words of its result.
///
/// # Errors
/// If a lane cannot be run.
pub fn results() -> Result<Vec<(String, String)>, Problem> {
    let line = |job| {
        let mut work = Job::Lane(job).begin()?;
        while !work.advance(u32::MAX) {}
        let words: Vec<_> = work.result().iter().map(u64::to_string).collect();
        Ok(words.join(" "))
    };
    let lines: Result<Vec<_>, Problem> = jobs().into_iter().map(line).collect();
    let name = FILE.rsplit('/').next().unwrap_or(FILE);
    Ok(vec![(name.to_owned(), lines?.join("\n"))])
}

/// The lanes from that file; none if it is not of this comparison.
fn read(text: &str) -> Option<Vec<(LaneJob, Rc<Lane>)>> {
    let jobs = jobs();
    let lines: Vec<_> = text.split('\n').collect();
    let lane = |(job, line): (LaneJob, &str)| {
        let words: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
        match Job::Lane(job.clone()).result(&words.ok()?)? {
            JobResult::Lane(lane) => Some((job, Rc::new(*lane))),
            _ => None,
        }
    };
    let is_whole = lines.len() == jobs.len();
    is_whole.then(|| jobs.into_iter().zip(lines).map(lane).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::run;

    #[test]
    fn what_is_prepared_is_what_the_page_would_compute() {
        let files = results().unwrap();
        let [(name, text)] = &files[..] else { panic!("{}", files.len()) };
        assert_eq!(format!("results/{name}"), FILE);
        let mut prepared = Prepared::default();
        prepared.hear(Some(text));
        for job in jobs() {
            let lane = run(&job.setup, &job.strategy, job.seed).unwrap();
            assert!(prepared.lane(&job).as_deref() == Some(&lane));
            assert_eq!(prepared.lane(&LaneJob { seed: 43, ..job }), None);
        }
        prepared.hear(None);
        assert!(prepared.lane(&jobs()[0]).is_some(), "too late");
        for wrong in [None, Some(""), Some("1 2 3"), Some(&text[..text.len() / 2]), Some("x\ny")] {
            let mut prepared = Prepared::default();
            prepared.hear(wrong);
            prepared.hear(Some(text));
            assert_eq!(prepared.lane(&jobs()[0]), None, "the page computes it");
        }
    }
}
