//! Which lanes differ by more than the noise, as sentences.

use super::table::measures;
use crate::select::Select;
use fusebox_lab::bands::{Bands, Verdict, seeds_least};
use fusebox_lab::herd::{Comparison, Measure};
use fusebox_lab::words::plural;
use yew::prelude::*;

/// The verdict on two lanes by one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) sentence: String,
    /// Whether they differ by more than the noise.
    pub(super) differs: bool,
}

/// The select for the measure, and its verdict; the last measure if the link's is not defined here.
pub(super) fn shown(
    measure: &'static Measure,
    bands: &Bands,
    comparison: &Comparison,
    on_measure: &Callback<usize>,
) -> Html {
    let measures = measures(bands);
    let measure = if measures.contains(&measure) { measure } else { measures[measures.len() - 1] };
    let (sentence, pairs) = verdict(measure, bands, comparison);
    let chosen = measures.iter().position(|it| *it == measure);
    let options: Vec<AttrValue> = measures.iter().map(|it| it.label.into()).collect();
    html! {
        <div class="bands__verdict">
            <label class="field">
                <span>{ "Which lanes differ in" }</span>
                <Select {options} {chosen} on_choose={on_measure.clone()} />
            </label>
            <p class="bands__about">
                { measure.about }
                { " Two lanes differ by more than the noise if p is at most 5 %: the probability that \
                    chance alone splits the seeds so unevenly (a two-sided sign test, in which seeds with \
                    equal values count for neither lane)." }
                if bands.pairs() > 1 {
                    { format!(
                        " Each p is corrected for all {} pairs of lanes, since of many pairs some would \
                          differ by chance (Holm's method).",
                        bands.pairs()
                    ) }
                }
            </p>
            <p class="bands__sentence">{ sentence }</p>
            if !pairs.is_empty() {
                <ul class="bands__pairs">
                    { for pairs.iter().map(|pair| html! {
                        <li class={classes!(pair.differs.then_some("is-different"))}>{ &pair.sentence }</li>
                    }) }
                </ul>
            }
        </div>
    }
}

/// The verdict on all pairs of lanes by one measure: a sentence on the whole, and one for each pair
/// that can be compared. Pairs that differ come first.
pub(super) fn verdict(
    measure: &Measure,
    bands: &Bands,
    comparison: &Comparison,
) -> (String, Vec<Pair>) {
    let lanes = &comparison.lanes;
    if lanes.len() < 2 {
        return ("There is only one lane, so there is nothing to compare.".to_owned(), Vec::new());
    }
    let differences = bands.differences(measure);
    if differences.iter().all(|it| it.verdict() == Verdict::TooFew) {
        return (too_few(measure, bands), Vec::new());
    }
    let mut pairs: Vec<Pair> = differences
        .iter()
        .map(|difference| Pair {
            sentence: format!(
                "{} against {}: {}.",
                lanes[difference.lanes.0].title(),
                lanes[difference.lanes.1].title(),
                difference.words()
            ),
            differs: difference.differs(),
        })
        .collect();
    pairs.sort_by_key(|pair| !pair.differs);
    let differing = pairs.iter().filter(|pair| pair.differs).count();
    (summary(measure, differing, pairs.len()), pairs)
}

fn summary(measure: &Measure, differing: usize, all: usize) -> String {
    let (label, pairs) = (measure.label, plural(all as u64, "pair", "pairs"));
    let differ = if differing == 1 { "differs" } else { "differ" };
    format!("In “{label}” {differing} of {pairs} of lanes {differ} by more than the noise.")
}

/// Why the lanes cannot be compared.
fn too_few(measure: &Measure, bands: &Bands) -> String {
    let (label, seeds, least) =
        (measure.label, bands.seeds().1 as usize, seeds_least(bands.pairs()));
    if seeds < least {
        format!(
            "{seeds} seeds are too few to tell a difference from the noise: it takes at least {least}."
        )
    } else {
        format!(
            "“{label}” has no verdict yet: it takes {least} seeds for which two lanes have \
             this number."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;
    use fusebox_lab::herd::{Setup, run};

    fn told(words: &[&str], seeds: u32, computed: usize, name: &str) -> (String, Vec<Pair>) {
        let setup = Setup { clients: 100, length: Duration::from_secs(10), ..Setup::default() };
        let comparison = Comparison::of(setup, words);
        let mut bands = Bands::new(&comparison, 42, seeds).unwrap();
        let runs: Vec<_> = bands.runs().take(computed).collect();
        for (lane, seed) in runs {
            bands.add(lane, seed, &run(&setup, &comparison.lanes[lane], seed).unwrap());
        }
        verdict(Measure::find(name).unwrap(), &bands, &comparison)
    }

    #[test]
    fn differing_pairs_come_first_and_are_counted() {
        let (sentence, pairs) = told(&["full", "full", "immediate"], 7, 21, "attempts_per_call");
        assert_eq!(
            sentence,
            "In “Attempts per call” 2 of 3 pairs of lanes differ by more than the noise."
        );
        let sentences: Vec<_> = pairs.iter().map(|pair| pair.sentence.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "Full jitter against Immediate: smaller with 7 of 7 seeds (p = 0.047).",
                "Full jitter against Immediate: smaller with 7 of 7 seeds (p = 0.047).",
                "Full jitter against Full jitter: the same with all 7 seeds.",
            ]
        );
        assert_eq!(pairs.iter().map(|pair| pair.differs).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn too_few_seeds_give_no_verdict() {
        let (sentence, pairs) = told(&["full", "immediate"], 5, 10, "peak_after_repair");
        assert!(sentence.starts_with("5 seeds are too few"), "{sentence}");
        assert_eq!(pairs, []);
        let (sentence, pairs) = told(&["full", "immediate"], 20, 10, "peak_after_repair");
        assert!(sentence.contains("has no verdict yet"), "{sentence}");
        assert_eq!(pairs, []);
    }

    #[test]
    fn one_lane_has_no_comparison() {
        let (sentence, pairs) = told(&["full"], 6, 6, "peak_after_repair");
        assert!(sentence.contains("only one lane") && pairs.is_empty(), "{sentence}");
    }
}
