//! JavaScript, which is TypeScript as well: cockatiel, which has most of our policies, and opossum, a breaker.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, in_a_row, retry, with_rate, with_time};
use super::super::table::{Code, Order, Part, Row, Section, Syntax, Target};
use super::shared::{
    CONSTANT_COOLDOWN, LENIENT_TRIALS, NO_BUDGET, NO_CALL, NO_CONNECT, NO_COUNT, NO_OVERDUE,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, NO_SLOW, NO_WAIT_LIMIT, ONE_TRIAL, TIME_WINDOW,
    TRIALS_END,
};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, Growth, Jitter, LayerConfig, LayerKind, Window};

const CLOCK: Clock = Clock::new(Style::Millis);
const TIME: Form = Form::Time(CLOCK);
const POSITIVE: Form = Form::Time(CLOCK.min(Duration::MILLISECOND));
const COUNT: Form = Form::whole(1, u32::MAX);

/// Shares below 1: at 1, nothing would be above the share.
const SHARE: Form = Form::fraction(1, 9_999);

const ABOVE: &str = "It opens above this share, not at it, so with few calls one failure later; a number of \
                     failures became the share that stands for it.";

pub(super) const COCKATIEL: Target = Target {
    name: "cockatiel",
    title: "cockatiel",
    version: "4.0",
    file: "policies.mjs",
    sections: &[
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::Retry, &[RETRY]),
        Section::new(
            LayerKind::Breaker,
            &[BREAKER, NO_SLOW, NO_OVERDUE, COOLDOWN, TRIALS, TRIALS_END],
        ),
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
    ],
    lacks: &[
        (LayerKind::Fallback, "A fallback is code in cockatiel: fallback(policy, value)."),
        (LayerKind::Throttle, "cockatiel has no adaptive throttling."),
        (LayerKind::RateLimiter, "cockatiel has no rate limiter."),
        (LayerKind::Hedge, "cockatiel has no hedging."),
    ],
    order: Order::Free,
    adapt: adapt_cockatiel,
    remarks: &[
        (
            LayerKind::Breaker,
            "handleAll makes every error a failure: use handleWhen to leave out errors of the request. It \
             opens at a failure, never at a success, and closes only when all trials have ended.",
        ),
        (
            LayerKind::Retry,
            "handleAll retries every error: use handleWhen to leave out what may have taken effect.",
        ),
    ],
    syntax: Syntax::Code(&Code {
        comment: "//",
        parts: &[
            Part::Lines(COCKATIEL_HEAD),
            Part::Layers(COCKATIEL_LAYERS),
            Part::Lines(
                "
// The first policy is the outermost.
export const policy = wrap(
  timeout(«timeout.call», TimeoutStrategy.Aggressive),",
            ),
            Part::Layers(&[
                (LayerKind::Timeout, "  timeout(«timeout.attempt», TimeoutStrategy.Aggressive),"),
                (LayerKind::Retry, "  retries,"),
                (LayerKind::Breaker, "  breaker,"),
                (LayerKind::Bulkhead, "  bulkhead(«bulkhead.limit», «bulkhead.queue»),"),
            ]),
            Part::Lines(");"),
        ],
    }),
};

const COCKATIEL_HEAD: &str = "\
import {
  bulkhead,«?bulkhead.limit»
  circuitBreaker,«?breaker.trials»
  ConsecutiveBreaker,«?breaker.row»
  ConstantBackoff,«?retry.constant»
  CountBreaker,«?breaker.calls»
  ExponentialBackoff,«?retry.initial»
  ExponentialBackoff,«!retry.initial»«?breaker.initial»
  decorrelatedJitterGenerator,
  fullJitterGenerator,
  halfJitterGenerator,
  noJitterGenerator,
  handleAll,
  retry,«?retry.retries»
  SamplingBreaker,«?breaker.duration»
  timeout,«?timeout.attempt»
  TimeoutStrategy,«?timeout.attempt»
  wrap,
} from 'cockatiel';
";

const COCKATIEL_LAYERS: &[(LayerKind, &str)] = &[
    (
        LayerKind::Retry,
        "\
const retries = retry(handleAll, {
  maxAttempts: «retry.retries»,
  backoff: new ConstantBackoff(«retry.constant»),
  backoff: new ExponentialBackoff({«?retry.initial»
    initialDelay: «retry.initial»,
    maxDelay: «retry.max»,
    generator: «retry.generator»,«?retry.initial»
  }),«?retry.initial»
});",
    ),
    (
        LayerKind::Breaker,
        "\
const breaker = circuitBreaker(handleAll, {
  halfOpenAfter: «breaker.after»,
  halfOpenAfter: new ExponentialBackoff({«?breaker.initial»
    initialDelay: «breaker.initial»,
    maxDelay: «breaker.max»,
    generator: «breaker.generator»,«?breaker.initial»
  }),«?breaker.initial»
  // It opens again when so many trials have failed that too few can still succeed.
  halfOpenSampling: {
    calls: «breaker.trials»,
    threshold: («breaker.trials» - «breaker.successes» + 0.5) / «breaker.trials»,
  },
  breaker: new ConsecutiveBreaker(«breaker.row»),
  breaker: new CountBreaker({«?breaker.calls»
    threshold: «breaker.rate»,«?breaker.calls»
    size: «breaker.calls»,
    minimumNumberOfCalls: «breaker.min»,«?breaker.calls»
  }),«?breaker.calls»
  breaker: new SamplingBreaker({«?breaker.duration»
    threshold: «breaker.rate»,«?breaker.duration»
    duration: «breaker.duration»,
    minimumRps: «breaker.min» / («breaker.duration» / 1000),
  }),«?breaker.duration»
});",
    ),
];

const TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::key("timeout.attempt", "timeout.attempt", POSITIVE, "24h"),
    Row::key("timeout.call", "timeout.call", POSITIVE, "24h"),
];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "retry.retries", Form::retries(0), ""),
    Row::key("retry.base", "retry.constant", TIME, "128ms").only("retry.growth", &["constant"]),
    Row::key("retry.base", "retry.initial", TIME, "128ms").only("retry.growth", &["exponential"]),
    Row::key("retry.growth", "retry.growth", Form::Word(GROWTH), "exponential").note(DOUBLES),
    Row::acts("retry.growth_factor", "2", DOUBLES),
    Row::key("retry.cap", "retry.max", TIME, "30s").only("retry.growth", &["exponential"]),
    Row::key("retry.jitter", "retry.generator", Form::Word(GENERATORS), "smooth_decorrelated")
        .note(JITTER),
    NO_BUDGET,
    NO_RETRY_AFTER,
];

const GROWTH: &[(&str, &str)] = &[("constant", "constant"), ("exponential", "exponential")];
const GENERATORS: &[(&str, &str)] = &[
    ("none", "noJitterGenerator"),
    ("full", "fullJitterGenerator"),
    ("equal", "halfJitterGenerator"),
    ("smooth_decorrelated", "decorrelatedJitterGenerator"),
];
const DOUBLES: &str = "A delay is constant or doubles.";
const JITTER: &str = "A delay that doubles has no jitter, a full, an equal or a smooth decorrelated one; a \
                      constant delay has none.";

const BREAKER: &[Row] = &[
    Row::key("breaker.window", "breaker.window", Form::Word(WINDOWS), "consecutive"),
    Row::key("breaker.window_duration", "breaker.duration", POSITIVE, ""),
    Row::key("breaker.window_calls", "breaker.calls", COUNT, ""),
    Row::key("breaker.failures", "breaker.row", COUNT, "off")
        .only("breaker.window", &["consecutive"])
        .note(NO_COUNT.note),
    Row::key("breaker.failure_rate", "breaker.rate", SHARE, "off").note(ABOVE),
    Row::key("breaker.min_calls", "breaker.min", COUNT, "1")
        .note("The share counts from as many calls on as there were to be failures."),
];

const WINDOWS: &[(&str, &str)] = &[
    ("time", "SamplingBreaker"),
    ("count", "CountBreaker"),
    ("consecutive", "ConsecutiveBreaker"),
];

const COOLDOWN: &[Row] = &[
    Row::key("breaker.cooldown", "breaker.after", TIME, "")
        .only("breaker.cooldown_growth", &["constant"]),
    Row::key("breaker.cooldown", "breaker.initial", TIME, "")
        .only("breaker.cooldown_growth", &["exponential"]),
    Row::key("breaker.cooldown_growth", "breaker.growth", Form::Word(GROWTH), "constant")
        .note(DOUBLES),
    Row::acts("breaker.cooldown_factor", "2", DOUBLES),
    Row::key("breaker.cooldown_cap", "breaker.max", TIME, "24h")
        .only("breaker.cooldown_growth", &["exponential"])
        .note("Only a cooldown that grows has a cap."),
    Row::key("breaker.cooldown_jitter", "breaker.generator", Form::Word(GENERATORS), "none")
        .note(JITTER),
];

const TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key("breaker.trials", "breaker.trials", COUNT, "1"),
    Row::key("breaker.trials_to_close", "breaker.successes", COUNT, "1"),
    LENIENT_TRIALS,
];

const BULKHEAD: &[Row] = &[
    Row::key("bulkhead.max_concurrent", "bulkhead.limit", COUNT, ""),
    Row::key("bulkhead.queue", "bulkhead.queue", Form::whole(0, u32::MAX), "0"),
    NO_WAIT_LIMIT,
];

fn adapt_cockatiel(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        (breaker.slow_rate, breaker.overdue) = (None, None);
        if breaker.window == Window::Consecutive {
            in_a_row(breaker);
        } else {
            with_rate(breaker);
        }
        doubling(&mut breaker.cooldown);
    }
    if let Some(retry) = retry(layers) {
        doubling(&mut retry.backoff);
    }
}

/// A delay that doubles, with a jitter that cockatiel has, or a constant one without jitter.
fn doubling(backoff: &mut BackoffConfig) {
    let is_curve = backoff.jitter == Jitter::SmoothDecorrelated;
    if backoff.growth == Growth::Constant && !is_curve {
        backoff.jitter = Jitter::None;
        return;
    }
    backoff.growth = Growth::DOUBLING;
    if !matches!(backoff.jitter, Jitter::None | Jitter::Full | Jitter::Equal) && !is_curve {
        backoff.jitter = Jitter::Full;
    }
}

pub(super) const OPOSSUM: Target = Target {
    name: "opossum",
    title: "opossum",
    version: "10.0",
    file: "breaker.mjs",
    sections: &[
        Section::new(LayerKind::Timeout, &[OPOSSUM_TIMEOUT]),
        Section::new(LayerKind::Bulkhead, &[CAPACITY]),
        Section::always(
            LayerKind::Breaker,
            &[
                OPOSSUM_BREAKER,
                NO_SLOW,
                NO_OVERDUE,
                RESET,
                CONSTANT_COOLDOWN,
                ONE_TRIAL,
                LAST,
                TRIALS_END,
            ],
        ),
    ],
    lacks: &[
        (LayerKind::Retry, "opossum has no retries; cockatiel has."),
        (LayerKind::Fallback, "A fallback is code in opossum: breaker.fallback(...)."),
        (LayerKind::Throttle, "opossum has no adaptive throttling."),
        (LayerKind::RateLimiter, "opossum has no rate limiter."),
        (LayerKind::Hedge, "opossum has no hedging."),
    ],
    order: Order::Fixed(
        &[LayerKind::Timeout, LayerKind::Bulkhead, LayerKind::Breaker],
        "The capacity and the timeout are inside the breaker, and a call that the capacity turns away is a \
         failure of it.",
    ),
    adapt: adapt_opossum,
    remarks: &[(
        LayerKind::Breaker,
        "It compares volumeThreshold with the calls that were started, not with those that have ended. \
         Use errorFilter to leave out errors of the request.",
    )],
    syntax: Syntax::Code(&Code { comment: "//", parts: &[Part::Lines(OPOSSUM_CODE)] }),
};

const OPOSSUM_CODE: &str = "\
import CircuitBreaker from 'opossum';

export const options = {
  name: '«name»',
  timeout: «timeout»,
  timeout: false,«!timeout»
  capacity: «capacity»,
  rollingCountTimeout: «window»,
  rollingCountBuckets: 10,
  errorThresholdPercentage: «rate»,
  volumeThreshold: «min»,
  resetTimeout: «cooldown»,
};

// A breaker around a function that calls «name»: breaker.fire(...arguments).
export const protect = (call) => new CircuitBreaker(call, options);";

const OPOSSUM_TIMEOUT: &[Row] =
    &[NO_CONNECT, Row::key("timeout.attempt", "timeout", POSITIVE, "10s"), NO_CALL];

const CAPACITY: &[Row] = &[
    Row::key("bulkhead.max_concurrent", "capacity", COUNT, "1000000"),
    Row::acts("bulkhead.queue", "0", "Its capacity has no queue."),
    Row::acts("bulkhead.max_wait", "0s", "Its capacity has no queue."),
];

const OPOSSUM_BREAKER: &[Row] = &[
    TIME_WINDOW,
    Row::key("breaker.window_duration", "window", POSITIVE, "10s"),
    NO_COUNT,
    Row::key("breaker.failure_rate", "rate", Form::percent(1, 9_999), "50%").note(ABOVE),
    Row::key("breaker.min_calls", "min", COUNT, "1")
        .note("The share counts from as many calls on as there were to be failures."),
];

const RESET: &[Row] = &[Row::key("breaker.cooldown", "cooldown", POSITIVE, "30s")];

const LAST: &[Row] = &[NO_RETRY_AFTER_IN_BREAKER, LENIENT_TRIALS];

fn adapt_opossum(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        with_rate(breaker);
        with_time(breaker);
    }
}
