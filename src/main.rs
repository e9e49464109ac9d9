//! The entry of the page; all of its code is in the library of this package.

fn main() {
    fusebox_playground::mount();
}
