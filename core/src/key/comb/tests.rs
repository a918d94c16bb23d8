//! The arithmetic against formally verified arithmetic (fiat-crypto) and against `p256`, on random numbers and on those that
//! arithmetic goes wrong at. `JURAT_DEEP=1` runs it on many more of them.

use std::vec::Vec;
use std::{format, vec};

use fiat_crypto::{p256_64 as fiat, p256_scalar_64 as fiat_order};
use p256::elliptic_curve::sec1::ToSec1Point as _;

use super::field::{self, Field, PRIME};
use super::order::{self, ORDER};
use super::point::{Affine, FIELD, Point};
use super::table::{COMBS, POINTS, SPACING, TABLE, TEETH};
use super::words::{self, Words};
use super::{GROUP, multiply};

/// So many, and so many in a deep run; few under Miri, which takes a thousand times as long.
fn rounds(usual: usize, deep: usize) -> usize {
    if cfg!(miri) {
        usual.div_ceil(10_000)
    } else if std::env::var_os("JURAT_DEEP").is_some() {
        deep
    } else {
        usual
    }
}

fn is_zero(words: &Words) -> bool {
    let zero = *words == [0; 8];
    assert_eq!(words::is_not_zero(words), u32::from(!zero));
    zero
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
            let word = self.next();
            match shape >> (8 * index) & 0xff {
                0..=15 => 0,
                16..=31 => u32::MAX,
                32..=39 => 1,
                40..=47 => u32::MAX - 1,
                48..=63 => 1 << (word % 32),
                _ => word.to_le_bytes()[..4].iter().fold(0, |all, byte| all << 8 | u32::from(*byte)),
            }
        })
    }

    fn below(&mut self, modulus: &Words) -> Words {
        words::below(&self.words(), 0, modulus)
    }
}

/// Numbers around 0, around the modulus, around powers of two, and long runs of one bit.
fn edges(modulus: &Words) -> Vec<Words> {
    const ONE: Words = [1, 0, 0, 0, 0, 0, 0, 0];
    let mut edges = Vec::new();
    let (mut up, mut down) = ([0; 8], *modulus);
    for _ in 0..16 {
        edges.push(up);
        up = words::add(&up, &ONE).0;
        down = words::subtract(&down, &ONE).0;
        edges.push(down);
    }
    for bit in 0..256 {
        let mut power = [0; 8];
        power[bit / 32] = 1 << (bit % 32);
        let ones = words::subtract(&power, &ONE).0;
        edges.extend([power, ones, words::add(&power, &ONE).0, words::subtract(modulus, &power).0]);
        edges.push(ones.map(|word| !word));
    }
    edges.retain(|words| words::subtract(words, modulus).1 == 1);
    if cfg!(miri) { edges.into_iter().step_by(211).collect() } else { edges }
}

/// Pairs: each edge with each of some, and random ones.
fn pairs(modulus: &Words, count: usize) -> impl Iterator<Item = (Words, Words)> {
    let edges = edges(modulus);
    let modulus = *modulus;
    let spread = if std::env::var_os("JURAT_DEEP").is_some() { 13 } else { 97 };
    let some: Vec<Words> = edges.iter().step_by(spread).copied().collect();
    let of_edges: Vec<_> = edges.iter().flat_map(|a| some.iter().map(move |b| (*a, *b))).collect();
    let mut random = Random(3);
    of_edges.into_iter().chain((0..count).map(move |_| (random.below(&modulus), random.below(&modulus))))
}

fn wide(words: &Words) -> [u64; 4] {
    core::array::from_fn(|index| u64::from(words[2 * index]) | u64::from(words[2 * index + 1]) << 32)
}

fn negated_if(element: &Field, mask: u32) -> Field {
    let mut element = *element;
    element.negate_if(mask);
    element
}

#[test]
fn the_field_is_the_verified_one() {
    use fiat::fiat_p256_montgomery_domain_field_element as Element;
    let mut count = 0;
    for (a, b) in pairs(&PRIME, rounds(100_000, 10_000_000)) {
        let (x, y) = (Element(wide(&a)), Element(wide(&b)));
        let mut expected = Element([0; 4]);
        fiat::fiat_p256_mul(&mut expected, &x, &y);
        assert_eq!(wide(&field::multiply32(&a, &b)), expected.0, "{a:08x?} {b:08x?}");
        assert_eq!(wide(&field::multiply64(&a, &b)), expected.0, "{a:08x?} {b:08x?}");
        fiat::fiat_p256_add(&mut expected, &x, &y);
        assert_eq!(wide(&Field::sum(&Field(a), &Field(b)).0), expected.0, "{a:08x?} {b:08x?}");
        fiat::fiat_p256_sub(&mut expected, &x, &y);
        assert_eq!(wide(&Field::difference(&Field(a), &Field(b)).0), expected.0, "{a:08x?} {b:08x?}");
        fiat::fiat_p256_opp(&mut expected, &x);
        assert_eq!(wide(&negated_if(&Field(a), u32::MAX).0), expected.0, "{a:08x?}");
        assert_eq!(negated_if(&Field(a), 0).0, a);
        let mut in_place = Field(a);
        in_place.add(&Field(b));
        in_place.sub(&Field(b));
        assert_eq!(in_place.0, a);
        count += 1;
    }
    std::println!("field: {count} pairs, five operations each");
}

#[test]
fn numbers_modulo_the_order_are_the_verified_ones() {
    use fiat_order::{fiat_p256_scalar_montgomery_domain_field_element as Element, *};
    let mut count = 0;
    for (a, b) in pairs(&ORDER, rounds(100_000, 10_000_000)) {
        let plain = |words: &Words| {
            let mut element = Element([0; 4]);
            fiat_p256_scalar_to_montgomery(
                &mut element,
                &fiat_p256_scalar_non_montgomery_domain_field_element(wide(words)),
            );
            element
        };
        let (x, y) = (plain(&a), plain(&b));
        let mut product = Element([0; 4]);
        fiat_p256_scalar_mul(&mut product, &x, &y);
        let mut expected = fiat_p256_scalar_non_montgomery_domain_field_element([0; 4]);
        fiat_p256_scalar_from_montgomery(&mut expected, &product);
        assert_eq!(wide(&order::multiply(&a, &b)), expected.0, "{a:08x?} {b:08x?}");
        let half = order::half(&a);
        assert_eq!(words::add_modulo(&half, &half, &ORDER), a, "{a:08x?}");
        count += 1;
    }
    std::println!("order: {count} pairs, two operations each");
}

#[test]
fn a_number_times_its_inverse_is_one() {
    const ONE: Words = [1, 0, 0, 0, 0, 0, 0, 0];
    let mut random = Random(5);
    let mut count = 0;
    for (modulus, inverses) in [(&PRIME, &FIELD), (&ORDER, &GROUP)] {
        let random = (0..rounds(10_000, 1_000_000)).map(|_| random.below(modulus));
        for number in edges(modulus).into_iter().chain(random) {
            let inverse = inverses.invert(&number);
            let product = if modulus == &ORDER {
                order::multiply(&number, &inverse)
            } else {
                Field::new(&number).mul_number(&inverse)
            };
            let expected = if is_zero(&number) { [0; 8] } else { ONE };
            assert_eq!(product, expected, "{number:08x?}");
            count += 1;
        }
    }
    std::println!("inversion: {count} numbers");
}

/// What `p256` makes of a scalar.
fn expected(k: &Words) -> (Words, Words) {
    let key = p256::SecretKey::from_slice(&words::to_bytes(k)).unwrap();
    let point = key.public_key().to_sec1_point(false);
    let coordinate = |bytes: &[u8]| words::from_bytes(bytes.try_into().unwrap());
    (coordinate(&point.as_bytes()[1..33]), coordinate(&point.as_bytes()[33..]))
}

/// The sum of ±2^(distance of the tooth) for the teeth of a comb, modulo n: the last is positive, of the others those whose
/// bit is set in the index.
fn sum_of_teeth(comb: usize, index: usize) -> Words {
    let mut sum = [0; 8];
    for tooth in 0..TEETH {
        let mut power = [1, 0, 0, 0, 0, 0, 0, 0];
        for _ in 0..SPACING * (comb * TEETH + tooth) {
            power = words::add_modulo(&power, &power, &ORDER);
        }
        let positive = tooth == TEETH - 1 || index >> tooth & 1 == 1;
        let change = if positive { words::add_modulo } else { words::subtract_modulo };
        sum = change(&sum, &power, &ORDER);
    }
    sum
}

/// The file of the table, by `p256`. `JURAT_WRITE=1` writes it.
#[test]
#[cfg_attr(miri, ignore = "p256 takes minutes there")]
fn the_table_holds_the_multiples_that_it_should() {
    let mut text = format!(
        "//! Written by the test `the_table_holds_the_multiples_that_it_should` with `JURAT_WRITE=1`.\n\n\
         pub(in super::super) const COMBS: usize = {COMBS};\n\
         pub(in super::super) const TEETH: usize = {TEETH};\n\n\
         /// x and y of each point of each comb, in Montgomery's form.\n\
         #[rustfmt::skip]\n\
         pub(in super::super) static TABLE: [[[[u32; 8]; 2]; {POINTS}]; {COMBS}] = [\n"
    );
    let row = |number: &Words| {
        let words: Vec<_> = Field::new(number).0.iter().map(|word| format!("{word:#010x}")).collect();
        words.join(", ")
    };
    for comb in 0..COMBS {
        text += "    [\n";
        for index in 0..POINTS {
            let (x, y) = expected(&sum_of_teeth(comb, index));
            text += &format!("        [[{}],\n         [{}]],\n", row(&x), row(&y));
        }
        text += "    ],\n";
    }
    text += "];\n";
    let kilobytes = size_of_val(&TABLE) / 1024;
    let path = format!("{}/src/key/comb/table/of_{kilobytes}k.rs", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("JURAT_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn multiples_of_the_generator() {
    let mut random = Random(7);
    let random = (0..rounds(300, 100_000)).map(|_| random.below(&ORDER));
    let spread = if std::env::var_os("JURAT_DEEP").is_some() { 1 } else { 7 };
    let mut count = 0;
    for k in edges(&ORDER).into_iter().step_by(spread).chain(random).filter(|k| !is_zero(k)) {
        assert_eq!(multiply(&k).coordinates(), expected(&k), "{k:08x?}");
        count += 1;
    }
    std::println!("multiples of the generator: {count} scalars");
}

/// The formulas have no exceptions: equal points, opposite ones, and the one at infinity.
#[test]
#[cfg_attr(miri, ignore = "p256 takes minutes there")]
fn points_where_other_formulas_fail() {
    let added = |point: &Point, other: &Affine| {
        let mut sum = *point;
        sum.add(other);
        sum
    };
    let doubled = |point: &Point| {
        let mut double = *point;
        double.double();
        double
    };
    let small = |k: u32| expected(&[k, 0, 0, 0, 0, 0, 0, 0]);
    let (x, y) = small(1);
    let one = Affine { x: Field::new(&x), y: Field::new(&y) };
    let generator = Point::from_affine(&one);
    let opposite = Affine { x: one.x, y: negated_if(&one.y, u32::MAX) };
    assert_eq!(added(&generator, &one).coordinates(), small(2));
    assert_eq!(doubled(&generator).coordinates(), small(2));
    assert_eq!(added(&doubled(&generator), &one).coordinates(), small(3));
    let infinity = added(&generator, &opposite);
    assert!(is_zero(&infinity.z.0) && !is_zero(&infinity.y.0));
    assert!(is_zero(&doubled(&infinity).z.0));
    assert_eq!(added(&infinity, &one).coordinates(), small(1));
    assert_eq!(added(&doubled(&infinity), &one).coordinates(), small(1));
}

#[test]
fn products_by_halves() {
    let mut random = Random(6);
    let mut numbers =
        vec![0, 1, 2, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0x8000_ffff, 0xffff_0000, u32::MAX];
    for _ in 0..rounds(1_000, 10_000) {
        numbers.extend(random.words());
        numbers.drain(..numbers.len().saturating_sub(100));
        for a in numbers.iter().copied() {
            assert_eq!(words::narrow_all_ones_times(a), u64::from(a) * u64::from(u32::MAX));
            for b in numbers.iter().copied() {
                assert_eq!(words::narrow_product(a, b), u64::from(a) * u64::from(b), "{a:x} {b:x}");
                let (a, b) = (a.cast_signed(), b.cast_signed());
                assert_eq!(words::narrow_signed_product(a, b), i64::from(a) * i64::from(b), "{a:x} {b:x}");
            }
        }
    }
}
