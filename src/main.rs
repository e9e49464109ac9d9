//! The browser playground; everything in it is in the library.

fn main() {
    fusebox::app::mount();
}
