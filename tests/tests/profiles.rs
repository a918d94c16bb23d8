//! The README's table of profiles is that of the code.

#[test]
fn the_readme_has_the_table() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&jurat_tests::profiles::table()), "run `cargo run -p jurat-tests --bin profiles`");
}
