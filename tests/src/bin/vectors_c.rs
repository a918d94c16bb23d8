//! `vectors_c FILE`: prints the vectors as C. `vectors_c --sizes`: prints arguments and results of the size functions.

use jurat_tests::c_table;
use jurat_tests::model::File;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let argument = std::env::args_os().nth(1).ok_or("usage: vectors_c FILE | --sizes")?;
    let source = if argument == "--sizes" {
        c_table::sizes()?
    } else {
        c_table::vectors(&File::parse(&std::fs::read_to_string(argument)?)?)?
    };
    print!("{source}");
    Ok(())
}
