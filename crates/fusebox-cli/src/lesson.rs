//! Checks lessons, and prints them.

use super::args::{CheckArgs, ShowArgs};
use super::failure::Failure;
use super::progress::Progress;
use super::{input, workers};
use fusebox_lab::lesson::{LENGTH_MAX, Lesson};
use fusebox_lab::query::Experiment;
use fusebox_lab::words::plural;
use fusebox_lab::words::wrapped;
use std::io::Write;

/// The longest line of a lesson.
const WIDTH: usize = 100;

fn read(file: &str) -> Result<Lesson, Failure> {
    Lesson::read(&input::read(file, LENGTH_MAX, "1 MB")?).map_err(|problems| {
        Failure::Input(problems.iter().map(|problem| format!("{file}: {problem}")).collect())
    })
}

/// Prints a lesson with the numbers of its runs.
pub(super) fn show(args: &ShowArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let lesson = read(&args.file)?;
    writeln!(out, "{}", lesson.title)?;
    for (title, world, without, texts) in lesson.texts() {
        let run = Experiment::of_link(&world.0)?.run()?;
        let without = without.map(|link| Experiment::of_link(&link.0)?.run()).transpose()?;
        writeln!(out, "\n## {title}\n{}", world.0)?;
        for text in texts {
            let plain = text.plain(|query| {
                run.text(query, without.as_ref()).unwrap_or_else(|| format!("{{{query}}}"))
            });
            for line in wrapped(&plain, WIDTH) {
                writeln!(out, "{line}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

pub(super) fn check(args: &CheckArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut lessons = Vec::new();
    let mut wrong = Vec::new();
    for file in &args.files {
        match read(file) {
            Ok(lesson) => lessons.push((file, lesson)),
            Err(Failure::Input(sentences)) => wrong.extend(sentences),
            Err(failure) => return Err(failure),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Input(wrong));
    }
    let items = lessons
        .iter()
        .flat_map(|(file, lesson)| (0..lesson.item_count()).map(move |item| (file, lesson, item)));
    let items: Vec<_> = items.collect();
    let progress = Progress::new(items.len() as u64);
    let problems = workers::each(items.len(), |n| {
        let (file, lesson, item) = items[n];
        let problems = lesson.check_item(item, args.seeds);
        progress.add(1);
        problems.into_iter().map(|problem| format!("{file}: {problem}")).collect::<Vec<_>>()
    });
    drop(progress);
    let problems = problems.concat();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let seeds = plural(args.seeds.into(), "seed", "seeds");
    let count =
        |of: fn(&Lesson) -> usize| lessons.iter().map(|(_, lesson)| of(lesson) as u64).sum::<u64>();
    let checked = [
        plural(count(|it| it.steps.len()), "step", "steps"),
        plural(count(|it| it.questions.len()), "question", "questions"),
        plural(count(|it| it.challenges.len()), "challenge", "challenges"),
        plural(count(|it| it.interview.len()), "interview question", "interview questions"),
    ];
    let checked = checked.join(", ");
    if problems.is_empty() {
        writeln!(out, "{checked}: all of it is true with {seeds}.")?;
        return Ok(());
    }
    let found = plural(problems.len() as u64, "problem", "problems");
    writeln!(out, "{checked}: {found} with {seeds}.")?;
    Err(Failure::Unmet)
}
