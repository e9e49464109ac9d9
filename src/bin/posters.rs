//! Writes the posters of all presets into a folder: `posters FOLDER`.

use fusebox_playground::posters;
use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "target/posters".into()));
    fs::create_dir_all(&folder)?;
    for (name, content) in posters(include_str!("../../static/style/tokens.css")) {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
