//! Prints the table of server profiles that the README shows.

fn main() {
    println!("{}", jurat_tests::profiles::table());
}
