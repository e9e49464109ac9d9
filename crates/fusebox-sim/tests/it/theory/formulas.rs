//! Formulas for a queue with Poisson arrivals in its steady state.
//!
//! Throughout, `load` is the offered load in erlangs: arrivals per second times the mean service
//! time.

/// The share of arrivals that are lost at a station of `servers` without a queue (Erlang 1917).
pub(super) fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, n| load * blocked / (f64::from(n) + load * blocked))
}

/// The share of arrivals that wait if none is lost (Erlang 1917).
pub(super) fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocked = erlang_b(servers, load);
    blocked / (1.0 - load / f64::from(servers) * (1.0 - blocked))
}

/// The mean wait in a queue for `servers` with exponential service times, in service times (M/M/c).
pub(super) fn mmc_wait(servers: u32, load: f64) -> f64 {
    erlang_c(servers, load) / (f64::from(servers) - load)
}

/// The mean wait in a queue for one server, in service times (Pollaczek 1930, Khinchine 1932).
///
/// `variation` is the squared coefficient of variation of the service time: 0 if it is constant,
/// and 1 if it is exponential.
pub(super) fn mg1_wait(load: f64, variation: f64) -> f64 {
    load * (1.0 + variation) / (2.0 * (1.0 - load))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 5e-5, "{left} and {right}");
    }

    /// Numbers from printed tables, and the cases in which the formulas are simple.
    #[test]
    fn the_formulas_are_those_of_the_tables() {
        close(erlang_b(1, 0.5), 0.5 / 1.5);
        close(erlang_b(5, 3.0), 0.110_05);
        close(erlang_b(10, 5.0), 0.018_385);
        close(erlang_c(1, 0.7), 0.7);
        close(erlang_c(2, 1.4), 2.0 * 0.7 * 0.7 / 1.7);
        close(erlang_c(10, 5.0), 0.036_105);
        close(mmc_wait(1, 0.9), mg1_wait(0.9, 1.0));
        close(mg1_wait(0.9, 0.0), 4.5);
    }
}
