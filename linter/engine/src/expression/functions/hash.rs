//! `guid` and `uniqueString`: deterministic, so that equal arguments give equal names.

use uuid::{Uuid, uuid};

use super::{Body, CallResult, Function, Invocation};
use crate::value::{Discloses, Type};

pub(super) static TABLE: &[Function] = &[
    hash_function("guid", guid).telling(Discloses::Nothing),
    hash_function("uniqueString", unique_string).telling(Discloses::Nothing),
];

const fn hash_function(name: &'static str, body: fn(&Invocation<'_>) -> CallResult) -> Function {
    Function {
        name,
        min: 1,
        max: usize::MAX,
        returns: Some(Type::String),
        discloses: Discloses::Whole,
        body: Body::Known(body),
    }
}

/// The namespace of `guid`: version 5 of RFC 9562 over the arguments joined with `-` gives the values of
/// Microsoft's engine (Azure/bicep, FunctionResolverTests.cs: `guid('foo', 'bar', 'baz')`).
const NAMESPACE: Uuid = uuid!("11fb06fb-712d-4ddd-98c7-e71bbd588830");

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn guid(call: &Invocation<'_>) -> CallResult {
    Ok(call.string(Uuid::new_v5(&NAMESPACE, joined(call)?.as_bytes()).to_string()))
}

fn unique_string(call: &Invocation<'_>) -> CallResult {
    let mut hash = murmur(joined(call)?.as_bytes());
    let mut text = String::with_capacity(13);
    for _ in 0..13 {
        text.push(char::from(ALPHABET[(hash >> 59) as usize]));
        hash <<= 5;
    }
    Ok(call.string(text))
}

fn joined(call: &Invocation<'_>) -> Result<String, super::CallFault> {
    let parts: Result<Vec<&str>, _> = (0..call.arguments.len()).map(|index| call.known_text(index)).collect();
    Ok(parts?.join("-"))
}

/// The two-lane 32-bit Murmur hash of the service; its results agree with the engine's for
/// `uniqueString('snap', 'crackle', 'pop')` (Azure/bicep, FunctionResolverTests.cs).
fn murmur(bytes: &[u8]) -> u64 {
    let (mut low, mut high) = (0_u32, 0_u32);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        low ^= first_lane(word(&chunk[..4]));
        low = low.rotate_left(19).wrapping_add(high).wrapping_mul(5).wrapping_add(0x561c_cd1b);
        high ^= second_lane(word(&chunk[4..]));
        high = high.rotate_left(13).wrapping_add(low).wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let tail = chunks.remainder();
    if !tail.is_empty() {
        let (first, second) = tail.split_at(tail.len().min(4));
        low ^= first_lane(word(first));
        if !second.is_empty() {
            high ^= second_lane(word(second));
        }
    }
    // The length is mixed in with 32 bits, as the algorithm has it.
    let length = bytes.len() as u32;
    low ^= length;
    high ^= length;
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    low = finish(low);
    high = finish(high);
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    u64::from(high) << 32 | u64::from(low)
}

const FIRST: u32 = 0x239b_961b;
const SECOND: u32 = 0xab0e_9789;

fn first_lane(word: u32) -> u32 {
    word.wrapping_mul(FIRST).rotate_left(15).wrapping_mul(SECOND)
}

fn second_lane(word: u32) -> u32 {
    word.wrapping_mul(SECOND).rotate_left(17).wrapping_mul(FIRST)
}

fn finish(mut lane: u32) -> u32 {
    lane = (lane ^ (lane >> 16)).wrapping_mul(0x85eb_ca6b);
    lane = (lane ^ (lane >> 13)).wrapping_mul(0xc2b2_ae35);
    lane ^ (lane >> 16)
}

// At most four bytes, the least first.
fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::check;

    #[test]
    fn values_of_the_engine() {
        let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg";
        check(&[
            ("guid", json!(["foo", "bar", "baz"]), json!("2ed86837-7c7c-5eaa-9864-dd077fd19b0d")),
            ("uniqueString", json!(["snap", "crackle", "pop"]), json!("byghxckddilkc")),
            ("uniqueString", json!([group]), json!("js26ofeqkqeve")),
            ("uniqueString", json!([1]), json!("!")),
            ("uniqueString", json!([{"?": "p"}, "x"]), json!({"$unknown": "uniqueString(p, 'x')"})),
        ]);
    }
}
