//! A breaker and its model, to which the same is done.

use super::model::{Model, Ticket};
use fusebox::time::{Duration, Instant};
use fusebox::{
    BreakerConfig, CircuitBreaker, Mode, Outcome, Permit, SavedWindow, State, StateName,
};
use std::fmt::Debug;
use std::rc::Rc;

/// What can be done to a breaker.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Ask for a permit, and keep it.
    Acquire,
    /// Report the kept permit at this index from the oldest, modulo their number.
    Report(usize, Outcome),
    /// Report the newest kept permit.
    ReportNewest(Outcome),
    /// Lose the kept permit at this index from the oldest, modulo their number.
    Lose(usize),
    /// Let time pass.
    Wait(Duration),
    /// Let the clock step back.
    StepBack(Duration),
    /// Let time pass up to this long before or after the end of the cooldown.
    WaitForCooldown {
        early: Duration,
        late: Duration,
    },
    Mode(Mode),
    Reset,
    OpenFor(Duration),
    Reconfigure(BreakerConfig),
    /// Export, begin anew and import; all permits are lost.
    Restart,
}

impl Op {
    /// Whether it needs a permit that is kept.
    const fn uses_permit(self) -> bool {
        matches!(self, Self::Report(..) | Self::ReportNewest(_) | Self::Lose(_))
    }
}

/// A permit that a copy of the pair has too, though no permit can be copied: the breaker as it was is
/// asked again, and gives the same.
#[derive(Clone)]
struct Kept {
    before: Rc<(CircuitBreaker, Instant)>,
    ticket: Ticket,
}

impl Kept {
    fn permit(&self) -> Permit {
        let (before, now) = &*self.before;
        before.clone().try_acquire(*now).expect("it was given before")
    }
}

#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) breaker: CircuitBreaker,
    pub(crate) model: Model,
    pub(crate) now: Instant,
    /// The latest that it has ever been.
    latest: Instant,
    /// The longest that it may have been told to stay open for.
    longest_open: Duration,
    /// The longest that it may wait for trials.
    longest_cycle: Duration,
    kept: Vec<Kept>,
}

/// Nothing, or what differs.
pub(crate) type Checked = Result<(), String>;

#[expect(clippy::needless_pass_by_value, reason = "the values are made for it")]
fn same<T: PartialEq + Debug>(what: &str, real: T, model: T) -> Checked {
    if real == model {
        return Ok(());
    }
    Err(format!("{what} differ:\n  breaker {real:?}\n    model {model:?}"))
}

fn require(holds: bool, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(what()) }
}

impl Pair {
    pub(crate) fn new(config: BreakerConfig) -> Self {
        let mut pair = Self {
            breaker: CircuitBreaker::new(config, 1).unwrap(),
            model: Model::new(config),
            now: Instant::ZERO,
            latest: Instant::ZERO,
            longest_open: Duration::ZERO,
            longest_cycle: Duration::ZERO,
            kept: Vec::new(),
        };
        pair.learn_lengths(&config);
        pair
    }

    fn learn_lengths(&mut self, config: &BreakerConfig) {
        let BreakerConfig {
            cooldown,
            max_retry_after: retry_after,
            trial_timeout,
            half_open_timeout,
            ..
        } = *config;
        let open = cooldown.cap.max(retry_after.unwrap_or_default().per_mille(1_500));
        let cycle = trial_timeout
            .saturating_add(half_open_timeout.map_or(Duration::ZERO, |limit| limit.after));
        self.longest_open = self.longest_open.max(open);
        self.longest_cycle = self.longest_cycle.max(cycle);
    }

    /// Does all of it, and tells which is the first that shows a difference.
    pub(crate) fn run(&mut self, script: &[Op]) -> Result<(), (usize, String)> {
        for (n, &op) in script.iter().enumerate() {
            self.act(op).map_err(|difference| (n, difference))?;
        }
        Ok(())
    }

    /// Whether this does nothing now that an other op does not do too.
    pub(crate) fn is_idle(&self, op: Op) -> bool {
        let kept = self.kept.len();
        match op {
            Op::ReportNewest(_) => kept < 2,
            _ => kept == 0 && op.uses_permit(),
        }
    }

    /// Does it to both, and tells where they differ.
    pub(crate) fn act(&mut self, op: Op) -> Checked {
        let now = self.now;
        match op {
            Op::Acquire => self.acquire()?,
            Op::Report(place, outcome) => {
                if let Some(kept) = self.take(place) {
                    self.report(&kept, outcome)?;
                }
            }
            Op::ReportNewest(outcome) => {
                if let Some(kept) = self.kept.pop() {
                    self.report(&kept, outcome)?;
                }
            }
            Op::Lose(place) => drop(self.take(place)),
            Op::Wait(length) => self.now += length,
            Op::StepBack(length) => self.now = self.now - length,
            Op::WaitForCooldown { early, late } => {
                if let State::Open { until } = self.model.state()
                    && until < Instant::MAX
                {
                    self.now = self.now.max(until - early + late);
                }
            }
            Op::Mode(mode) => {
                self.breaker.set_mode(now, mode);
                self.model.set_mode(now, mode);
            }
            Op::Reset => {
                self.breaker.reset(now);
                self.model.reset(now);
            }
            Op::OpenFor(length) => {
                self.breaker.open_for(now, length);
                self.model.open_for(now, length);
                self.longest_open = self.longest_open.max(length);
            }
            Op::Reconfigure(config) => self.reconfigure(config)?,
            Op::Restart => self.restart()?,
        }
        self.latest = self.latest.max(self.now);
        self.compare()
    }

    fn take(&mut self, place: usize) -> Option<Kept> {
        let kept = self.kept.len();
        (kept > 0).then(|| self.kept.remove(place % kept))
    }

    fn acquire(&mut self) -> Checked {
        let before = Rc::new((self.breaker.clone(), self.now));
        let (real, model) = (self.breaker.try_acquire(self.now), self.model.acquire(self.now));
        same("the rejections", real.as_ref().err(), model.as_ref().err())?;
        if let (Ok(permit), Ok(ticket)) = (real, model) {
            same("the trials' numbers", permit.trial(), ticket.trial.map(u64::from))?;
            self.kept.push(Kept { before, ticket });
        }
        Ok(())
    }

    fn report(&mut self, kept: &Kept, outcome: Outcome) -> Checked {
        let is_old = kept.ticket.generation != self.model.generation;
        let before = is_old.then(|| self.breaker.clone());
        self.breaker.report(self.now, kept.permit(), outcome);
        self.model.report(self.now, kept.ticket, outcome);
        let Some(before) = before else { return Ok(()) };
        let seen = |breaker: &CircuitBreaker| {
            (breaker.state(), breaker.generation(), breaker.export(self.now))
        };
        same("a stale report did something: it", seen(&self.breaker), seen(&before))
    }

    fn reconfigure(&mut self, config: BreakerConfig) -> Checked {
        let before = self.breaker.clone();
        self.breaker.reconfigure(self.now, *before.config()).unwrap();
        require(self.breaker == before, || "the same settings changed something".to_string())?;
        self.breaker.reconfigure(self.now, config).unwrap();
        self.model.reconfigure(self.now, config);
        self.learn_lengths(&config);
        Ok(())
    }

    fn restart(&mut self) -> Checked {
        let snapshot = self.breaker.export(self.now);
        self.breaker =
            CircuitBreaker::import(self.model.config, 2, self.now, &snapshot).expect("the same");
        self.model.restart(self.now);
        self.kept.clear();
        let again = self.breaker.export(self.now);
        // A trial at once is a cooldown of no length.
        let was_half_open = snapshot.state == fusebox::SavedState::HalfOpen;
        require(was_half_open || snapshot == again, || {
            format!("the export changed over a restart:\n  {snapshot:?}\n  {again:?}")
        })
    }

    fn compare(&mut self) -> Checked {
        let Self { breaker, model, now, .. } = self;
        if let State::Open { until } = breaker.state()
            && model.mode == Mode::Enforce
            && !model.settle(until)
        {
            return Err(format!("no cooldown ends at {until:?}, by {model:?}"));
        }
        same("the states", breaker.state(), model.state())?;
        same("the modes", breaker.mode(), model.mode)?;
        same("the generations", breaker.generation(), model.generation)?;
        same("the windows", breaker.window(*now), model.window(*now))?;
        same("the transitions", breaker.last_transition(), model.last_transition)?;
        same("the observations", breaker.last_shadow_trip(), model.last_shadow_trip)?;
        same("the numbers of observations", breaker.shadow_trips(), model.shadow_trips)?;
        same("the stale reports", breaker.stale_reports(), model.stale)?;
        same("the rejected calls", breaker.rejections(), model.rejections)?;
        if let State::HalfOpen { running, passed, failed } = breaker.state() {
            let most = model.trials_allowed();
            // A late success counts beside the trial that got its place.
            let within = running + failed <= most && passed <= most;
            require(within, || format!("over {most} trials"))?;
        }
        Ok(())
    }

    /// What holds after any script.
    pub(crate) fn check_end(&self) -> Checked {
        self.compare_exports()?;
        self.check_cycle_ends()?;
        self.check_not_stuck()
    }

    fn compare_exports(&self) -> Checked {
        let snapshot = self.breaker.export(self.now);
        same("the exported cooldowns", snapshot.cooldowns, self.model.cooldowns)?;
        let SavedWindow::Time(calls) = snapshot.window else { return Ok(()) };
        let sum = |part: fn(&fusebox::Counts) -> u32| {
            calls.iter().map(|(_, counts)| part(counts)).sum::<u32>()
        };
        let counts = self.model.window(self.now);
        let exported = (sum(|c| c.successes), sum(|c| c.failures), sum(|c| c.slow));
        let remembered = (counts.successes, counts.failures, counts.slow);
        same("the exported calls", exported, remembered)
    }

    /// A half-open cycle whose time is over ends when the next call comes.
    fn check_cycle_ends(&self) -> Checked {
        let (State::HalfOpen { .. }, Some(end)) = (self.breaker.state(), self.model.cycle_ends())
        else {
            return Ok(());
        };
        let mut breaker = self.breaker.clone();
        drop(breaker.try_acquire(self.now.max(end)));
        require(breaker.generation() > self.breaker.generation(), || {
            "a cycle outlasted its end".to_string()
        })
    }

    /// A call gets through after the longest cooldown, a lease and the length of a cycle. Where calls
    /// that were lost have it opened first, it does after one cooldown more.
    fn check_not_stuck(&self) -> Checked {
        if self.model.mode == Mode::ForceOpen {
            return Ok(());
        }
        let mut later = self.latest + self.longest_open.saturating_add(self.longest_cycle);
        let mut breaker = self.breaker.clone();
        let mut acquired = breaker.try_acquire(later);
        if acquired.is_err() && self.breaker.state().name() == StateName::Closed {
            later += self.longest_open;
            acquired = breaker.try_acquire(later);
        }
        require(acquired.is_ok(), || format!("stuck: {acquired:?}"))
    }
}
