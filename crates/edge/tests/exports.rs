//! The exports as a native host calls them: by name, with numbers.

use kestirme_edge::exports;
use kestirme_edge::host::{BLOCK_STRIDE, BLOCKS, Block, Host};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn call_on(host: &Host, blocks: [Block; BLOCKS], name: &str, numbers: &[f64]) -> f64 {
    let found = exports().into_iter().find(|export| export.name == name);
    host.call(&found.unwrap_or_else(|| panic!("no export {name}")), blocks, numbers)
}

fn call(name: &str, numbers: &[f64]) -> f64 {
    call_on(&Host::new(0), [Block::NONE; BLOCKS], name, numbers)
}

/// What a call panics with.
fn refusal(host: &Host, blocks: [Block; BLOCKS], name: &str, numbers: &[f64]) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| call_on(host, blocks, name, numbers))).expect_err(name);
    let fixed = panic.downcast_ref::<&str>().map(|words| words.to_string());
    panic.downcast_ref::<String>().cloned().or(fixed).expect("a panic in words")
}

#[test]
fn every_name_is_one_functions() {
    let names: Vec<_> = exports().iter().map(|export| export.name).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
}

#[test]
fn numbers_are_converted_to_the_arguments_types() {
    assert_eq!(call("channelTableLen", &[5.0]), 35.0);
    assert_eq!(call("minExponent", &[]), f64::from(kestirme_kernels::stats::MIN_EXPONENT));
    assert_eq!(call("exactExp", &[0.0]), 1.0);
}

const CONVOLUTION: [f64; 8] = [2.0, 8.0, 8.0, 4.0, 16.0, 3.0, 1.0, 1.0];
const NO_MEMORY: [Block; BLOCKS] = [Block::NONE; BLOCKS];

#[test]
fn objects_are_numbers_from_new_to_free() {
    let host = Host::new(7);
    let call = |name, numbers: &[f64]| call_on(&host, NO_MEMORY, name, numbers);
    let conv = call("conv2d_new", &CONVOLUTION);
    assert_eq!(call("conv2d_border", &[conv]), 1.0);
    assert_eq!(call("conv2d_borderedLen", &[conv]), 2.0 * 10.0 * 10.0 * 4.0);
    assert_eq!(call("conv2d_free", &[conv]), 0.0);
    let neuron = call("neurons_new", &[0.0, 0.0, 0.4, 2.0, 1.0, 16.0, 4.0, 1.0, 1.0]);
    assert_eq!(call("neurons_sumRows", &[neuron]), 3.0);
    call("neurons_free", &[neuron]);
}

#[test]
fn a_number_that_is_no_object_is_refused() {
    let (host, other) = (Host::new(1), Host::new(2));
    let call = |name, numbers: &[f64]| call_on(&host, NO_MEMORY, name, numbers);
    let conv = call("conv2d_new", &CONVOLUTION);
    let pool = call("pool_new", &[2.0, 8.0, 8.0, 4.0, 2.0, 2.0, 0.0, 1.0]);
    let refused = |host, name, number: f64| {
        let words = refusal(host, NO_MEMORY, name, &[number]);
        assert!(words.ends_with("is no Conv2d of this engine"), "{number}: {words}");
    };
    for number in [0.0, -1.0, 1.0, 0.5, conv + 0.5, conv + 1.0, conv + BLOCK_STRIDE as f64, pool, f64::NAN, f64::MAX] {
        refused(&host, "conv2d_border", number);
        refused(&host, "conv2d_free", number);
    }
    refused(&other, "conv2d_border", conv);
    call("conv2d_free", &[conv]);
    refused(&host, "conv2d_border", conv);
    refused(&host, "conv2d_free", conv);
    let again = call("conv2d_new", &CONVOLUTION);
    assert_ne!(again, conv);
    refused(&host, "conv2d_border", conv);
    assert_eq!(call("conv2d_border", &[again]), 1.0);
}

#[test]
#[should_panic = "channelTableLen takes 1 numbers"]
fn another_number_of_arguments_is_refused() {
    call("channelTableLen", &[1.0, 2.0]);
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let host = Host::new(0);
    for number in [f64::NAN, f64::INFINITY, -1.0, 1.5, 1e10] {
        let words = refusal(&host, NO_MEMORY, "channelTableLen", &[number]);
        assert!(words.contains("is no whole number") || words.starts_with("sizes of inf"), "{number}: {words}");
    }
    for address in [f64::NAN, f64::INFINITY, -4.0, 4.5, 18014398509481984.0] {
        let words = refusal(&host, NO_MEMORY, "zero", &[address, 1.0]);
        assert!(words.contains("is no whole number from 0 to 9007199254740992"), "{address}: {words}");
    }
    let huge = [4e9, 4e9, 4e9, 4.0, 4.0, 1.0, 1.0, 0.0];
    assert!(refusal(&host, NO_MEMORY, "conv2d_new", &huge).starts_with("sizes of"));
}

#[test]
fn addresses_are_places_in_the_blocks() {
    let host = Host::new(0);
    let mut memory = [[7.0f32; 32]; 2];
    let [first, second] = &mut memory;
    let mut blocks = NO_MEMORY;
    blocks[0] = unsafe { Block::new(first.as_mut_ptr().cast(), 128) };
    blocks[2] = unsafe { Block::new(second.as_mut_ptr().cast(), 128) };
    let third = 2.0 * BLOCK_STRIDE as f64;
    call_on(&host, blocks, "zero", &[4.0, 31.0]);
    call_on(&host, blocks, "zero", &[third + 64.0, 16.0]);
    let refused = |address: f64, len: f64, words: &str| {
        let got = refusal(&host, blocks, "zero", &[address, len]);
        assert!(got.contains(words), "{address}, {len}: {got}");
    };
    refused(0.0, 1.0, "the address 0");
    refused(4.0, 32.0, "out of bounds: 32 values at address 4 of 128 bytes");
    refused(64.0, 4e9, "out of bounds");
    refused(third + 128.0, 1.0, "out of bounds");
    refused(third / 2.0 + 64.0, 1.0, "out of bounds: 1 values at address 281474976710720 of 0 bytes");
    refused(16.0 * third, 1.0, "out of bounds");
    refused(9007199254740992.0, 1.0, "out of bounds");
    refused(6.0, 1.0, "address 6 for values of 4 bytes");
    assert_eq!((first[0], first[1..].iter().sum::<f32>()), (7.0, 0.0));
    assert_eq!((second[15], second[16..].iter().sum::<f32>()), (7.0, 0.0));
}

#[test]
fn slices_of_one_call_do_not_overlap_where_one_is_written() {
    let host = Host::new(0);
    let mut memory = [1.0f32; 96];
    let mut blocks = NO_MEMORY;
    blocks[0] = unsafe { Block::new(memory.as_mut_ptr().cast(), 384) };
    // accumulate: x, into, len.
    call_on(&host, blocks, "accumulate", &[64.0, 128.0, 16.0]);
    call_on(&host, blocks, "accumulate", &[128.0, 64.0, 16.0]);
    for (x, into) in [(64.0, 64.0), (64.0, 124.0), (124.0, 64.0)] {
        let words = refusal(&host, blocks, "accumulate", &[x, into, 16.0]);
        assert!(words.starts_with("a call has addresses") && words.ends_with("twice, and writes there"), "{words}");
    }
    // Both are read only: the sums of g and of g * y.
    let norm = call_on(&host, blocks, "norm_new", &[0.0, 1.0, 4.0, 1e-5, 0.1, 1.0]);
    call_on(&host, blocks, "norm_backward", &[norm, 8.0, 64.0, 128.0, 128.0, 1.0, 0.0, 160.0, 208.0]);
}

#[test]
fn sizes_that_no_kernel_could_work_with_are_refused() {
    let host = Host::new(0);
    let mut memory = vec![0u8; 1 << 16];
    let mut blocks = NO_MEMORY;
    blocks[0] = unsafe { Block::new(memory.as_mut_ptr(), memory.len()) };
    let refused = |name: &str, numbers: &[f64], words: &str| {
        let got = refusal(&host, blocks, name, numbers);
        assert!(got.contains(words), "{name}: {got}");
    };
    // n, h, w, cin, cout, kernel, stride, pad
    refused("conv2d_new", &[1.0, 8.0, 8.0, 4.0, 4.0, 3.0, 0.0, 1.0], "a size of 0");
    refused("conv2d_new", &[0.0, 8.0, 8.0, 4.0, 4.0, 3.0, 1.0, 1.0], "a size of 0");
    refused("conv2d_new", &[1.0, 8.0, 8.0, 4.0, 4.0, 9.0, 1.0, 0.0], "kernel beyond the image");
    refused("conv2d_new", &[1.0, 8.0, 8.0, 4.0, 4.0, 1e6, 1.0, 999999.0], "taps");
    refused("pool_new", &[1.0, 8.0, 8.0, 4.0, 9.0, 1.0, 0.0, 1.0], "a window beyond the image");
    refused("pool_new", &[1.0, 8.0, 8.0, 4.0, 2.0, 0.0, 0.0, 1.0], "a size of 0");
    refused("pool_new", &[1.0, 8.0, 8.0, 4.0, 2.0, 2.0, 2.0, 1.0], "pad 2 of kernel 2");
    // steps, batch, h, w, channels, y_steps, border, g, y, table, table_steps, dy
    let apply =
        |steps: f64, channels: f64| [steps, 1.0, 2.0, 2.0, channels, 1.0, 0.0, 1024.0, 2048.0, 4096.0, 1.0, 8192.0];
    call_on(&host, blocks, "backwardApply", &apply(1.0, 4.0));
    refused("backwardApply", &apply(1.0, 3.0), "is_multiple_of(4)");
    refused("backwardApply", &apply(0.0, 4.0), "steps > 0");
    // steps, frames, batch, pixels, channels, seed, epoch, samples, images, spikes
    refused("encodeRate", &[4e9, 1.0, 1.0, 0.0, 4.0, 0.0, 0.0, 64.0, 1024.0, 2048.0], "no pixels to encode");
    refused("encodeRate", &[3.0, 2.0, 1.0, 1.0, 4.0, 0.0, 0.0, 64.0, 1024.0, 2048.0], "2 frames for 3 steps");
    let pool = call_on(&host, blocks, "globalaveragepool_new", &[4e9, 1.0, 0.0, 4.0]);
    refused("globalaveragepool_forward", &[pool, 1024.0, 2048.0], "no spikes to average");
}
