//! The entry of the page; everything in it is in the library beside it.

fn main() {
    fusebox_playground::mount();
}
