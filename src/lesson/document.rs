//! Documents of lessons, fetched from the folder beside the page.

use crate::browser;
use fusebox_lab::lesson::Lesson;
use std::cell::Cell;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

/// A document, as far as it is loaded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Document {
    Loading,
    Here(Rc<Lesson>),
    /// Why it cannot be shown, in sentences.
    Failed(Rc<[String]>),
}

/// Fetches the document with this name, which is that of a plain file: see [`fusebox_lab::link::Learn`].
#[hook]
pub(crate) fn use_document(name: &str) -> Document {
    let document = use_state(|| Document::Loading);
    {
        let set = document.setter();
        use_effect_with(name.to_owned(), move |name| {
            set.set(Document::Loading);
            let is_wanted = Rc::new(Cell::new(true));
            let (name, still) = (name.clone(), is_wanted.clone());
            spawn_local(async move {
                let text = browser::fetch_text(&format!("./lessons/{name}.json")).await;
                if still.get() {
                    set.set(read(&name, text.as_deref()));
                }
            });
            move || is_wanted.set(false)
        });
    }
    (*document).clone()
}

fn read(name: &str, text: Option<&str>) -> Document {
    let Some(text) = text else {
        let sentence = format!(
            "The lesson could not be loaded. The network may be down, or there is no lessons/{name}.json \
             beside this page."
        );
        return Document::Failed(Rc::new([sentence]));
    };
    match Lesson::read(text) {
        Ok(lesson) => Document::Here(Rc::new(lesson)),
        Err(problems) => {
            let head = format!("lessons/{name}.json cannot be read as a lesson:");
            let problems = problems.iter().map(|problem| format!("{problem}."));
            Document::Failed([head].into_iter().chain(problems).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_cannot_be_shown_says_why() {
        let failed = |text: Option<&str>| match read("mine", text) {
            Document::Failed(sentences) => sentences.join(" "),
            other => panic!("{other:?}"),
        };
        assert!(failed(None).contains("no lessons/mine.json"));
        let wrong = failed(Some(r#"{ "id": "mine", "titel": "Mine" }"#));
        assert!(wrong.starts_with("lessons/mine.json cannot be read"), "{wrong}");
        assert!(wrong.contains("titel") && wrong.contains("title"), "{wrong}");
    }
}
