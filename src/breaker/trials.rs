//! The permits of a half-open breaker, as tokens.

use crate::breaker::words::left;
use fusebox::HalfOpen;
use fusebox::time::Instant;
use yew::prelude::*;

#[derive(Clone, Copy)]
enum Token {
    Passed,
    Failed,
    UnderWay,
    Free,
}

/// The tokens of a row, and beyond how many they are small.
const LARGE: usize = 9;
const SMALL: usize = 16;

/// A token for each call that the cycle lets through.
pub(super) fn trials(cycle: HalfOpen, title: &str, now: Instant) -> Html {
    let HalfOpen { trials, running, passed, failed, .. } = cycle;
    let taken = passed + failed + running;
    let kinds = [
        (Token::Passed, passed),
        (Token::Failed, failed),
        (Token::UnderWay, running),
        (Token::Free, trials.saturating_sub(taken)),
    ];
    let tokens: Vec<Token> =
        kinds.iter().flat_map(|&(token, times)| (0..times).map(move |_| token)).collect();
    let (per_row, pitch, scale) =
        if tokens.len() > LARGE { (SMALL, 19, 0.6) } else { (LARGE, 34, 1.0) };
    let lease = cycle.next_timeout.map(|end| {
        format!("a permit that never reports is taken back in {}", left(end.since(now)))
    });
    html! {
        <>
        <svg class="strip__drawing" viewBox="0 0 312 50" role="img" aria-label={title.to_owned()}>
            { for tokens.iter().enumerate().map(|(n, &kind)| {
                let rows = tokens.len().div_ceil(per_row);
                let x = pitch * (n % per_row) + pitch / 2;
                let y = if rows == 1 { 22 } else { 12 + pitch * (n / per_row) };
                html! {
                    <g transform={format!("translate({x} {y}) scale({scale})")}>{ token(kind) }</g>
                }
            }) }
        </svg>
        <p class="strip__axis">{ lease }</p>
        </>
    }
}

fn token(token: Token) -> Html {
    match token {
        Token::Passed => html! {
            <g class="token is-success"><circle r="14" /><path d="M-6 0 L-2 5 L7 -5" /></g>
        },
        Token::Failed => html! {
            <g class="token is-failure"><circle r="14" /><path d="M-5 -5 L5 5 M5 -5 L-5 5" /></g>
        },
        Token::UnderWay => html! {
            <g class="token is-running"><circle r="13" /><circle class="token__dot" r="5" /></g>
        },
        Token::Free => html! { <g class="token is-free"><circle r="13" /></g> },
    }
}
