//! Writes what stands beside the page: the posters of all presets into `FOLDER/posters`, the pages for
//! authors into `FOLDER/docs`, and the results with which the Herd opens into `FOLDER/results`.
//! `site FOLDER`

use fusebox_playground::{docs, posters, results};
use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "target".into()));
    let write = |name: &str, files: Vec<(String, String)>| {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        files.into_iter().try_for_each(|(name, content)| fs::write(folder.join(name), content))
    };
    write("posters", posters(include_str!("../../static/style/tokens.css")))?;
    write("docs", docs())?;
    write("results", results().map_err(|problem| io::Error::other(problem.to_string()))?)
}
