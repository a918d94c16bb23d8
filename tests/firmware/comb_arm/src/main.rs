//! Compares each function of `jurat_comb_arm` with the same in Rust, and signs: the signatures are for whoever runs this to
//! compare with those of a build without the assembly.
#![no_std]
#![no_main]

// The safe arithmetic itself, which is no part of the API.
#[allow(dead_code)]
#[path = "../../../../core/src/key/comb/field.rs"]
mod field;
#[allow(dead_code)]
#[path = "../../../../core/src/key/comb/inverse.rs"]
mod inverse;
#[allow(dead_code)]
#[path = "../../../../core/src/key/comb/words.rs"]
mod words;

use cortex_m as _;
use field::{Field, PRIME};
use jurat_comb_arm as assembly;
use jurat_core::CombSigner;
use semihosting::process::{ExitCode, abort};
use semihosting::{eprintln, println};
use words::Words;

const RANDOM_PAIRS: usize = 100_000;
const POINTS: usize = 16;
const SIGNATURES: usize = 150;

#[cortex_m_rt::entry]
fn main() -> ! {
    let ok = !cfg!(feature = "assembly") || assembly_is_right();
    signatures();
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }.exit_process()
}

fn assembly_is_right() -> bool {
    let (compared, different) = operations(RANDOM_PAIRS, |_, result| result);
    println!("operations: {compared} compared, {different} different");
    // Once more, with one result that has one wrong bit.
    let (_, noticed) = operations(0, |count, mut result| {
        if count == 77_777 {
            result[3] ^= 1 << 17;
        }
        result
    });
    println!("altered: {noticed} different");
    let (chosen, wrong) = choices();
    println!("choices: {chosen} compared, {wrong} different");
    let (divided, other) = divisions();
    println!("divisions: {divided} compared, {other} different");
    different == 0 && noticed == 1 && wrong == 0 && other == 0
}

/// How many results of the assembly were compared, and how many were different; `result` can change them before. The arguments
/// are pairs of edges, and so many pairs of random ones.
fn operations(random_pairs: usize, result: impl Fn(usize, Words) -> Words) -> (usize, usize) {
    let (mut count, mut different) = (0, 0);
    let mut compare = |ours: Words, expected: Words| {
        different += usize::from(result(count, ours) != expected);
        count += 1;
    };
    let mut random = Random(11);
    let some = || (0..EDGES).step_by(47).map(edge);
    let of_edges = (0..EDGES).map(edge).flat_map(|a| some().map(move |b| (a, b)));
    let at_random = (0..random_pairs).map(|_| (random.below_prime(), random.below_prime()));
    for (a, b) in of_edges.chain(at_random) {
        let both = [
            (assembly::multiply as New, assembly::multiply_assign as InPlace, field::multiply32(&a, &b)),
            (assembly::add, assembly::add_assign, Field::sum(&Field(a), &Field(b)).0),
            (assembly::subtract, assembly::subtract_assign, Field::difference(&Field(a), &Field(b)).0),
        ];
        for (new, in_place, expected) in both {
            compare(new(&a, &b), expected);
            let mut changed = a;
            in_place(&mut changed, &b);
            compare(changed, expected);
        }
        // Both arguments at one address.
        compare(assembly::multiply(&a, &a), field::multiply32(&a, &a));
        compare(assembly::add(&a, &a), Field::sum(&Field(a), &Field(a)).0);
        compare(assembly::subtract(&a, &a), [0; 8]);
        let (mut double, mut triple) = (Field(a), Field(a));
        double.double();
        triple.triple();
        for (factor, expected) in [(1, a), (2, double.0), (3, triple.0)] {
            let mut multiple = a;
            assembly::times(&mut multiple, factor);
            compare(multiple, expected);
        }
        if a != [0; 8] {
            let mut negated = a;
            assembly::negate_if(&mut negated, u32::MAX);
            compare(negated, Field::difference(&Field::ZERO, &Field(a)).0);
        }
        let mut kept = a;
        assembly::negate_if(&mut kept, 0);
        compare(kept, a);
    }
    (count, different)
}

type New = fn(&Words, &Words) -> Words;
type InPlace = fn(&mut Words, &Words);

/// The same of the choices from tables.
fn choices() -> (usize, usize) {
    let (mut count, mut different) = (0, 0);
    let mut random = Random(13);
    for _ in 0..200 {
        let points: [[Words; 2]; POINTS] = core::array::from_fn(|_| [random.words(), random.words()]);
        for (point, index) in points.iter().zip(0..) {
            different += usize::from(assembly::select(&points, index) != *point);
            count += 1;
        }
    }
    (count, different)
}

/// The same of 30 division steps.
fn divisions() -> (usize, usize) {
    let (mut count, mut different) = (0, 0);
    let mut random = Random(17);
    for _ in 0..20_000 {
        let [f, g, zeta, ..] = random.words();
        // As far from 0 as 590 steps can take it; f is odd.
        let (zeta, f) = ((zeta % 1184) as i32 - 592, f | 1);
        let (after, step) = inverse::divide(zeta, f, g);
        different += usize::from(assembly::divide(zeta, f, g) != (after, [step.u, step.v, step.q, step.r]));
        count += 1;
    }
    (count, different)
}

/// A chain of signatures: each depends on all before it.
fn signatures() {
    let mut key = [0; 32];
    key[31] = 1;
    let (mut hash, mut count) = ([0xff; 32], 0);
    for round in 0..SIGNATURES {
        // Sometimes there is entropy in the nonce.
        let Ok(signer) = CombSigner::from_scalar(&key) else { break };
        let signature = if round % 3 == 2 { signer.sign_hash_hedged(&hash, &key) } else { signer.sign_hash(&hash) };
        let (r, s) = signature.as_bytes().split_at(32);
        hash.copy_from_slice(s);
        key.copy_from_slice(r);
        // Below the order.
        key[0] &= 0x7f;
        count += 1;
    }
    println!("signatures: {count}, {:08x?} {:08x?}", words::from_bytes(&key), words::from_bytes(&hash));
}

const EDGES: usize = 32 + 4 * 256;

/// Numbers around 0, around p, around powers of two, and long runs of one bit; all below p.
fn edge(number: usize) -> Words {
    const ONE: Words = [1, 0, 0, 0, 0, 0, 0, 0];
    let number = number as u32;
    let words = match number {
        0..16 => [number, 0, 0, 0, 0, 0, 0, 0],
        16..32 => words::subtract(&PRIME, &[number - 15, 0, 0, 0, 0, 0, 0, 0]).0,
        _ => {
            let (kind, bit) = ((number - 32) % 4, (number - 32) / 4);
            let mut power = [0; 8];
            power[bit as usize / 32] = 1 << (bit % 32);
            let ones = words::subtract(&power, &ONE).0;
            match kind {
                0 => power,
                1 => ones,
                2 => ones.map(|word| !word),
                _ => words::subtract(&PRIME, &power).0,
            }
        }
    };
    words::below(&words, 0, &PRIME)
}

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Words that are random, all ones, zero, or a few bits: carries run through them.
    fn words(&mut self) -> Words {
        let shape = self.next();
        core::array::from_fn(|index| {
            let word = self.next() as u32;
            match shape >> (8 * index) & 0xff {
                0..=23 => 0,
                24..=63 => u32::MAX,
                64..=71 => 1,
                72..=79 => u32::MAX - 1,
                80..=95 => 1 << (word % 32),
                _ => word,
            }
        })
    }

    fn below_prime(&mut self) -> Words {
        words::below(&self.words(), 0, &PRIME)
    }
}

/// Nothing comes back from a fault, and without this it would be an endless loop.
#[cortex_m_rt::exception]
unsafe fn HardFault(frame: &cortex_m_rt::ExceptionFrame) -> ! {
    eprintln!("{frame:?}");
    abort()
}
