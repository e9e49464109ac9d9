//! Clicks by Web Audio: one short sound, made once, with one gain for each level.

use super::clicks::LEVELS;
use web_sys::{AudioBuffer, AudioContext, GainNode};

/// The length of a click in seconds, its pitch, and how fast it fades.
const LENGTH: f32 = 0.004;
const PITCH: f32 = 1_800.0;
const FADES: f32 = 1_400.0;

/// The gain of the first level; it doubles every second level.
const GAIN: f32 = 0.06;

pub(super) struct Speaker {
    context: AudioContext,
    click: AudioBuffer,
    /// The gains, quietest first.
    levels: Vec<GainNode>,
}

impl Speaker {
    /// None if the browser has no sound.
    pub(super) fn new() -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let rate = context.sample_rate();
        let samples = wave(rate);
        let length = u32::try_from(samples.len()).ok()?;
        let click = context.create_buffer(1, length, rate).ok()?;
        click.copy_to_channel(&samples, 0).ok()?;
        let mut gain = GAIN;
        let mut levels = Vec::with_capacity(LEVELS);
        for _ in 0..LEVELS {
            let node = context.create_gain().ok()?;
            node.gain().set_value(gain);
            node.connect_with_audio_node(&context.destination()).ok()?;
            levels.push(node);
            gain *= std::f32::consts::SQRT_2;
        }
        Some(Self { context, click, levels })
    }

    /// Switches the sound on or off.
    pub(super) fn switch(&self, on: bool) {
        // It fails only for a closed context, and this one is never closed.
        let _ = if on { self.context.resume() } else { self.context.suspend() };
    }

    /// Plays a click of this level `after` seconds from now.
    pub(super) fn click(&self, after: f64, level: usize) {
        let (Ok(source), Some(level)) =
            (self.context.create_buffer_source(), self.levels.get(level))
        else {
            return;
        };
        source.set_buffer(Some(&self.click));
        // Neither can fail: both nodes are of the same context, and each source is started once.
        let _ = source.connect_with_audio_node(level);
        let _ = source.start_with_when(self.context.current_time() + after);
    }
}

/// A short tone that fades away.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few hundred samples"
)]
fn wave(rate: f32) -> Vec<f32> {
    let sample = |n: usize| {
        let at = n as f32 / rate;
        (std::f32::consts::TAU * PITCH * at).sin() * (-at * FADES).exp()
    };
    (0..(rate * LENGTH).ceil() as usize).map(sample).collect()
}
