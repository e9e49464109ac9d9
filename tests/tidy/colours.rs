//! The colours with a meaning, as people with a colour vision deficiency see them.

use std::collections::BTreeMap;

/// What stands beside each other in charts, bars and on the wire.
const MEANINGS: [&str; 4] = ["success", "failure", "slow", "retry"];

/// The least distance of two meanings, as CIE76 in Lab. A difference of 2.3 is just noticeable.
const FAR: f64 = 15.0;

/// Linear RGB as it is seen, at full severity: Machado, Oliveira and Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency", 2009.
const VISION: [(&str, [[f64; 3]; 3]); 4] = [
    ("typical", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// The white of sRGB, D65.
const WHITE: [f64; 3] = [0.9505, 1.0, 1.089];

type Rgb = [f64; 3];

#[test]
fn each_meaning_has_a_colour_that_everyone_can_tell_from_the_others() {
    let css = include_str!("../../static/style/tokens.css");
    let themes: Vec<_> =
        css.split('}').map(colours).filter(|it| it.contains_key("success")).collect();
    assert_eq!(themes.len(), 3, "light, dark, and dark by the system's choice");
    assert!(themes[1] == themes[2], "both dark themes are the same");
    for colours in &themes {
        for (n, one) in MEANINGS.iter().enumerate() {
            for other in &MEANINGS[n + 1..] {
                for (vision, seen) in VISION {
                    let [a, b] = [one, other].map(|name| lab(apply(&seen, colours[*name])));
                    let distance =
                        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(distance >= FAR, "{one} and {other} with {vision}: {distance:.1}");
                }
            }
        }
    }
}

/// The colours that a rule declares, as linear RGB.
fn colours(rule: &str) -> BTreeMap<&str, Rgb> {
    let declared = rule.split(['{', ';']).filter_map(|line| line.trim().split_once(": #"));
    declared.filter_map(|(name, hex)| Some((name.strip_prefix("--")?, rgb(hex)?))).collect()
}

fn rgb(hex: &str) -> Option<Rgb> {
    let number = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue].map(|it| match f64::from(it) / 255.0 {
        dark if dark <= 0.040_45 => dark / 12.92,
        light => ((light + 0.055) / 1.055).powf(2.4),
    }))
}

fn apply(matrix: &[[f64; 3]; 3], colour: Rgb) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(colour).map(|(a, b)| a * b).sum::<f64>())
}

/// CIE Lab of a colour in linear RGB.
fn lab(colour: Rgb) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] =
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];
    let xyz = apply(&XYZ, colour.map(|it| it.clamp(0.0, 1.0)));
    let [x, y, z] = [0, 1, 2].map(|n| match xyz[n] / WHITE[n] {
        light if light > 0.008_856 => light.cbrt(),
        dark => 7.787 * dark + 16.0 / 116.0,
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}
