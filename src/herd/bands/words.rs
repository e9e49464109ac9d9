//! The spread of a measure over the seeds in words.

use fusebox_lab::bands::Spread;
use fusebox_lab::herd::Measure;

/// The median, and the band in brackets: `7.3 s` and `(6.9 to 8.1)`, with its units if they differ from
/// the median's. There is no band if it is no wider than the median as printed. Seeds without the number
/// are counted.
pub(super) fn words(measure: &Measure, spread: &Spread) -> (String, Option<String>) {
    let [low, median, high] = [spread.low, spread.median, spread.high].map(|it| measure.text(it));
    let band = match spread {
        Spread { median: None, .. } => None,
        Spread { high: None, .. } => Some(format!("{low} or more")),
        _ if low == median && high == median => None,
        _ => Some(between(&low, &median, &high)),
    };
    let Spread { seeds, absent, .. } = spread;
    let is_some = (1..*seeds).contains(absent);
    // If the median itself is missing, its own words say what is.
    let what = spread.median.map_or_else(String::new, |_| format!(" {}", measure.none.text()));
    let missing = is_some.then(|| format!("{absent} of {seeds}{what}"));
    let parts: Vec<_> = band.into_iter().chain(missing).collect();
    (median, (!parts.is_empty()).then(|| format!("({})", parts.join("; "))))
}

/// The ends of a band, without the unit that stands at the median.
fn between(low: &str, median: &str, high: &str) -> String {
    let unit = &median[median.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1)..];
    let is_number = |text: &&str| text.replace(',', "").parse::<f64>().is_ok();
    let bare = |text| str::strip_suffix(text, unit).filter(is_number);
    let (low, high) = bare(low).zip(bare(high)).unwrap_or((low, high));
    format!("{low} to {high}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, absent: usize, [low, median, high]: [Option<f64>; 3]) -> (String, String) {
        let spread = Spread { seeds: 20, absent, low, median, high };
        let (median, band) = words(Measure::find(name).unwrap(), &spread);
        (median, band.unwrap_or_default())
    }

    fn times(low: f64, median: f64, high: f64) -> String {
        told("recovered_after", 0, [low, median, high].map(Some)).1
    }

    #[test]
    fn a_band_has_units_only_where_they_differ() {
        assert_eq!(times(6.9, 7.3, 8.1), "(6.9 to 8.1)");
        assert_eq!(times(3.94, 4.0, 4.06), "(3.9 to 4.1)");
        assert_eq!(times(0.0, 0.3, 8.1), "(at once to 8.1 s)");
        assert_eq!(times(0.0, 0.0, 0.0), "");
        assert_eq!(times(61.0, 62.0, 63.0), "(1 min 1 s to 1 min 3 s)");
        let told = |name, numbers: [f64; 3]| told(name, 0, numbers.map(Some)).1;
        assert_eq!(told("peak_after_repair", [1.04, 2.0, 3.0]), "(1.0 to 3.0)");
        assert_eq!(told("wasted_work", [0.1, 0.25, 0.5]), "(10.0 to 50.0)");
        assert_eq!(told("failed", [900.0, 1e3, 1200.0]), "(900 to 1,200)");
        assert_eq!(told("failed", [900.1, 900.2, 900.3]), "");
    }

    #[test]
    fn seeds_without_the_number_are_counted() {
        let measure = Measure::find("recovered_after").unwrap();
        let none = measure.none.text();
        let told = |absent, numbers| told(measure.name, absent, numbers);
        let (median, band) = told(3, [Some(6.9), Some(7.3), None]);
        assert_eq!((median.as_str(), band), ("7.3 s", format!("(6.9 s or more; 3 of 20 {none})")));
        assert_eq!(told(1, [Some(7.3), Some(7.3), Some(7.3)]).1, format!("(1 of 20 {none})"));
        assert_eq!(told(19, [None; 3]), (none.to_owned(), "(19 of 20)".to_owned()));
        assert_eq!(told(20, [None; 3]), (none.to_owned(), String::new()));
    }
}
