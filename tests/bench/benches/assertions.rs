//! Times whole assertions, a new `jti` and `iat` in each, and prints the ratios.
//!
//! `cargo bench` in this folder does all of it; `-- --quick` and other options are criterion's.
//!
//! The rows take turns in short rounds, and each ratio is the median of those within a round: what else the machine does in the
//! meantime falls on all of them alike.

use core::hint::black_box;
use core::time::Duration;
use std::fs;
use std::path::Path;

use criterion::Criterion;
use jurat_bench::{Contestant, Kind, Source, contestants};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 15;

struct Row {
    contestant: Contestant,
    /// Nanoseconds, the median of each round.
    rounds: Vec<f64>,
}

fn main() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assertions");
    // Nothing there the first time.
    let _ = fs::remove_dir_all(&directory);
    let mut criterion = Criterion::default()
        .output_directory(&directory)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .nresamples(1_000)
        .configure_from_args();
    let new_row = |contestant| Row { contestant, rounds: Vec::new() };
    let mut rows: Vec<Row> = contestants().into_iter().map(new_row).collect();
    let mut source = Source::default();
    for round in 0..ROUNDS {
        let group_name = format!("round-{round}");
        let mut group = criterion.benchmark_group(&group_name);
        for (number, row) in rows.iter_mut().enumerate() {
            group.bench_function(format!("{number}"), |bencher| {
                bencher.iter_custom(|iterations| {
                    let start = processor_time();
                    for (fresh, _) in source.by_ref().zip(0..iterations) {
                        (row.contestant.make)(black_box(fresh), &mut |assertion| {
                            black_box(assertion);
                        });
                    }
                    processor_time().saturating_sub(start)
                });
            });
            let estimates = directory.join(&group_name).join(format!("{number}")).join("new").join("estimates.json");
            row.rounds.extend(fs::read_to_string(estimates).ok().and_then(|text| median_of(&text)));
        }
        group.finish();
    }
    print(&mut rows);
}

/// What this thread has had of a processor: what others have had in the meantime does not count.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn median_of(estimates: &str) -> Option<f64> {
    serde_json::from_str::<serde_json::Value>(estimates).ok()?.get("median")?.get("point_estimate")?.as_f64()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of this row in terms of another.
fn ratio(row: &Row, other: &Row) -> f64 {
    median(row.rounds.iter().zip(&other.rounds).map(|(ours, others)| ours / others).collect())
}

fn print(rows: &mut [Row]) {
    let time = |row: &Row| median(row.rounds.clone());
    rows.sort_by(|one, other| time(one).total_cmp(&time(other)));
    let fastest = |kinds: &[Kind]| rows.iter().find(|row| kinds.contains(&row.contestant.kind));
    let peer = fastest(&[Kind::Peer, Kind::PurePeer]);
    let pure = fastest(&[Kind::PurePeer]);
    let against = |row, other: Option<&Row>| other.map_or("-".into(), |other| format!("{:.3}", ratio(row, other)));
    println!("\n| assertions | µs, median | to the fastest peer | to the fastest in Rust alone |");
    println!("| --- | ---: | ---: | ---: |");
    for row in rows.iter() {
        let mark = if row.contestant.kind == Kind::Ours { "**" } else { "" };
        let name = &row.contestant.name;
        let micros = time(row) / 1_000.0;
        println!("| {mark}{name}{mark} | {micros:.2} | {} | {} |", against(row, peer), against(row, pure));
    }
    if let Some(unsigned) = fastest(&[Kind::Unsigned]) {
        println!();
        for row in rows.iter().filter(|row| row.contestant.kind == Kind::Ours) {
            println!("{}: {:.1} % is everything but the signature", row.contestant.name, ratio(unsigned, row) * 100.0);
        }
    }
}
