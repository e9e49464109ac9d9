//! Sweeps in parts: put together, they are what one machine gives, to the byte.

use super::{refusal, text, with_input};
use std::fs;
use std::path::PathBuf;

const SWEEP: &str = "sweep overload --x duration:10s,30s,60s --y outage:1s,20s --set clients=20";

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fusebox-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The parts of the sweep as files, as arguments.
fn parts(name: &str, of: usize) -> Vec<String> {
    let folder = folder(name);
    let part = |part| {
        let path = folder.join(format!("{part}.jsonl"));
        fs::write(&path, text(&format!("{SWEEP} --part {part}/{of}"))).unwrap();
        path.to_str().unwrap().to_owned()
    };
    (1..=of).map(part).collect()
}

#[test]
fn the_parts_are_what_one_machine_gives() {
    for of in [1, 2, 4, 9] {
        let mut files = parts("whole", of);
        files.reverse();
        for form in ["", " --json", " --csv"] {
            let merged = text(&format!("merge {}{form}", files.join(" ")));
            assert_eq!(merged, text(&format!("{SWEEP}{form}")), "{of} parts{form}");
        }
    }
}

#[test]
fn a_part_that_was_interrupted_goes_on_where_it_stopped() {
    let path = folder("resume").join("part.jsonl");
    let run = format!("{SWEEP} --part 1/1 --into {}", path.display());
    assert_eq!(text(&run), "");
    let whole = fs::read_to_string(&path).unwrap();
    assert_eq!(whole.lines().count(), 7);
    // Nothing, the head alone, whole lines, and a line that is cut off.
    for length in [0, whole.find('\n').unwrap() + 1, whole.len() / 2, whole.len() - 1, whole.len()]
    {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(text(&run), "");
        assert_eq!(fs::read_to_string(&path).unwrap(), whole, "after {length} bytes");
    }
    let other = refusal(&run.replace("clients=20", "clients=21"));
    assert!(other.contains("is part 1/1 of the sweep preset=overload"), "{other}");
    for foreign in ["A letter", "A letter,\nand its second line"] {
        fs::write(&path, foreign).unwrap();
        assert!(refusal(&run).contains("line 1: "));
        assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
    }
}

#[test]
fn parts_that_do_not_fit_are_told() {
    let files = parts("wrong", 3);
    let [one, two, three] = &files[..] else { panic!("{files:?}") };
    let missing = refusal(&format!("merge {one} {three}"));
    let said = "2 of 6 cells are missing, the first of them in part 2/3";
    assert!(missing.contains(said), "{missing}");
    let content = fs::read_to_string(two).unwrap();
    for (from, to, said) in [
        ("{\"sweep\"", "[", "line 1: "),
        ("\"part\":2", "\"part\":7", "line 1: there is no part 7/3"),
        ("preset=overload", "preset=overlord", "line 1: preset is \"overlord\""),
        ("\"cell\":1", "\"cell\":2", "line 2: cell 2 is not one of this part"),
        ("\"cell\":1", "\"cell\":601", "line 2: cell 601 is not one of this part"),
        ("\"cell\":4", "\"sell\":4", "line 3: unknown field `sell`"),
        ("\"words\":[\"", "\"words\":[\"x", "it has no result of a cell"),
    ] {
        assert!(content.contains(from), "{from}: {content}");
        fs::write(two, content.replacen(from, to, 1)).unwrap();
        let complaint = refusal(&format!("merge {two}"));
        assert!(complaint.contains(said), "{said}: {complaint}");
    }
    fs::write(two, &content).unwrap();
    let others = text(&format!("{SWEEP} --seed 7 --part 1/3"));
    let complaint = with_input(&format!("merge {two} -"), &others);
    assert_eq!(complaint.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&complaint.stderr).contains("is a part of another sweep"));
    for part in ["0/3", "4/3", "1/0", "1", "a/b", "1/1601"] {
        assert!(refusal(&format!("{SWEEP} --part {part}")).contains("as in 3/16"), "{part}");
    }
}
