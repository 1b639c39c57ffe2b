//! Sound and what is recognised in it, in whole numbers.
//!
//! A syllable is two tones at once, one for its vowel and one for its consonant, much as the formants of a voice tell vowels
//! apart. A frame holds one syllable as samples. How loud someone speaks differs from utterance to utterance, so the frames
//! are first brought to one loudness; then each is compared with every syllable's own sound, and the nearest one wins.
//! Silence is one of the choices: too quiet a frame is heard as nothing at all.

use serde::{Deserialize, Serialize};

use crate::sim::random::Rng;

use super::Heard;

/// How many samples a frame holds.
const SAMPLES: usize = 32;
/// Half a turn of a sine wave of amplitude 50, one step of a whole turn a sample; the other half is its mirror image.
const HALF_WAVE: [i32; SAMPLES / 2] = [0, 10, 19, 28, 35, 42, 46, 49, 50, 49, 46, 42, 35, 28, 19, 10];
/// How many turns a vowel's tone takes in a frame, by vowel.
const VOWEL_TURNS: [usize; 4] = [1, 2, 3, 4];
/// How many turns a consonant's tone takes in a frame, by consonant.
const CONSONANT_TURNS: [usize; 4] = [6, 7, 9, 10];
/// The loudness (root mean square) of every syllable: each of its two tones of amplitude 50 brings half of 50².
const LOUDNESS: u64 = 50;
/// How many syllables there are.
const SYLLABLES: u8 = 16;
/// How quiet and how loud someone speaks, in per cent of the syllables' own loudness.
const QUIETEST: u64 = 20;
const LOUDEST: u64 = 100;
/// Up to this much noise is in every sample, up or down.
const NOISE: u64 = 2;

/// A syllable by its number; one more than the last is silence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Syllable(pub(super) u8);

/// The samples of one syllable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frame([i8; SAMPLES]);

impl Syllable {
    const SILENCE: Syllable = Syllable(SYLLABLES);

    /// One at random.
    pub(super) fn draw(rng: &mut Rng) -> Syllable {
        Syllable(rng.below(u64::from(SYLLABLES)) as u8)
    }

    /// Another one at random.
    pub(super) fn another(self, rng: &mut Rng) -> Syllable {
        let step = 1 + rng.below(u64::from(SYLLABLES) - 1) as u8;
        Syllable((self.0 % SYLLABLES + step) % SYLLABLES)
    }

    /// As it is written.
    pub fn text(self) -> &'static str {
        const TEXTS: [&str; SYLLABLES as usize + 1] = [
            "ka", "ke", "ki", "ko", "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "ta", "te", "ti", "to",
            "–",
        ];
        TEXTS.get(usize::from(self.0)).copied().unwrap_or("?")
    }

    /// Its own sound, at its own loudness and without noise.
    fn sound(self) -> [i32; SAMPLES] {
        let mut samples = [0; SAMPLES];
        if self != Syllable::SILENCE {
            let number = usize::from(self.0);
            let turns = [VOWEL_TURNS[number % 4], CONSONANT_TURNS[number / 4 % 4]];
            for (at, sample) in samples.iter_mut().enumerate() {
                *sample = turns.map(|turns| wave(at * turns)).iter().sum();
            }
        }
        samples
    }
}

/// A sine wave at this step of a turn.
fn wave(step: usize) -> i32 {
    let half = HALF_WAVE[step % HALF_WAVE.len()];
    if (step / HALF_WAVE.len()).is_multiple_of(2) { half } else { -half }
}

/// What a microphone captures of these syllables: someone speaks them as loud as they please, and there is noise.
pub(super) fn speak(syllables: &[Syllable], rng: &mut Rng) -> Vec<Frame> {
    let loudness = (QUIETEST + rng.below(LOUDEST - QUIETEST + 1)) as i32;
    let mut captured = |sample: i32| {
        let noise = rng.below(2 * NOISE + 1) as i32 - NOISE as i32;
        (sample * loudness / 100 + noise) as i8
    };
    syllables.iter().map(|syllable| Frame(syllable.sound().map(&mut captured))).collect()
}

/// Brings the frames of an utterance to the loudness of the syllables' own sounds. This is the part of the work that no frame
/// can be spared from: how loud the whole utterance is shows only once all of it is there.
pub(super) fn normalise(frames: &mut [Frame]) {
    let samples = (frames.len() * SAMPLES).max(1) as u64;
    let squares =
        frames.iter().flat_map(|frame| frame.0).map(|sample| u64::from(sample.unsigned_abs()).pow(2));
    let loudness = (squares.sum::<u64>() / samples).isqrt().max(1) as i32;
    let scaled = |sample: i8| {
        let sample = i32::from(sample) * LOUDNESS as i32 / loudness;
        sample.clamp(i8::MIN.into(), i8::MAX.into()) as i8
    };
    frames.iter_mut().for_each(|frame| frame.0 = frame.0.map(scaled));
}

/// The syllable, or silence, whose own sound is nearest to a frame: the one with the least sum of squared differences.
pub(super) fn recognise(frame: &Frame) -> Syllable {
    let distance = |syllable: &Syllable| -> i32 {
        let own = syllable.sound();
        own.iter().zip(frame.0).map(|(own, sample)| (own - i32::from(sample)).pow(2)).sum()
    };
    (0..=SYLLABLES).map(Syllable).min_by_key(distance).unwrap_or(Syllable::SILENCE)
}

/// All of an utterance on one processor: its words, by the number of the frame.
pub(super) fn recognise_all(captured: &[Frame]) -> Vec<Heard> {
    let mut frames = captured.to_vec();
    normalise(&mut frames);
    let heard = |(number, frame)| Heard { frame: number as u16, syllable: recognise(frame) };
    frames.iter().enumerate().map(heard).collect()
}

/// Syllables as they are written one after the other.
pub(super) fn text(syllables: impl IntoIterator<Item = Syllable>) -> String {
    syllables.into_iter().map(Syllable::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(frames: &[Frame]) -> Vec<Syllable> {
        frames.iter().map(recognise).collect()
    }

    #[test]
    fn every_syllable_has_the_loudness_that_frames_are_brought_to() {
        for number in 0..SYLLABLES {
            let squares: i32 = Syllable(number).sound().iter().map(|sample| sample * sample).sum();
            // The samples are whole numbers, and so is the root.
            let loudness = (squares as u64 / SAMPLES as u64).isqrt();
            assert!((LOUDNESS - 1..=LOUDNESS).contains(&loudness), "{number}: {loudness}");
        }
    }

    #[test]
    fn what_is_spoken_is_recognised_however_loud_it_is() {
        let mut rng = Rng::stream(1, "speech");
        for _ in 0..500 {
            let length = 1 + rng.below(24);
            let spoken: Vec<_> = (0..length).map(|_| Syllable::draw(&mut rng)).collect();
            let mut frames = speak(&spoken, &mut rng);
            normalise(&mut frames);
            assert_eq!(heard(&frames), spoken);
        }
    }

    #[test]
    fn quiet_speech_is_silence_unless_it_is_normalised() {
        let mut rng = Rng::stream(1, "speech");
        let spoken = [Syllable(3), Syllable(12)];
        let quiet = |rng: &mut Rng| loop {
            let frames = speak(&spoken, rng);
            if heard(&frames) == [Syllable::SILENCE; 2] {
                return frames;
            }
        };
        let mut frames = quiet(&mut rng);
        normalise(&mut frames);
        assert_eq!(heard(&frames), spoken);
    }

    #[test]
    fn damaged_samples_are_heard_as_something_else() {
        let mut rng = Rng::stream(1, "speech");
        let mut frames = speak(&[Syllable(5)], &mut rng);
        normalise(&mut frames);
        frames[0].0 = Syllable(6).sound().map(|sample| sample as i8);
        assert_eq!(heard(&frames), [Syllable(6)]);
        frames[0].0 = [0; SAMPLES];
        assert_eq!(heard(&frames), [Syllable::SILENCE]);
    }

    #[test]
    fn rubbish_is_normalised_and_recognised_without_harm() {
        normalise(&mut []);
        let mut frames = [Frame([i8::MIN; SAMPLES]), Frame([0; SAMPLES])];
        normalise(&mut frames);
        let _anything = heard(&frames);
        assert_eq!(Syllable(200).text(), "?");
        let mut rng = Rng::stream(1, "lies");
        assert!((0..=255).all(|number| Syllable(number).another(&mut rng) != Syllable(number)));
    }
}
