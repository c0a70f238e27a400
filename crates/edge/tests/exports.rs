//! The exports as a native host calls them: by name, with numbers.

use kestirme_edge::exports;
use std::collections::HashSet;

fn call(name: &str, numbers: &[f64]) -> f64 {
    let found = exports().into_iter().find(|export| export.name == name);
    (found.unwrap_or_else(|| panic!("no export {name}")).call)(numbers)
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

#[test]
fn objects_are_numbers_from_new_to_free() {
    let conv = call("conv2d_new", &[2.0, 8.0, 8.0, 4.0, 16.0, 3.0, 1.0, 1.0]);
    assert_eq!(call("conv2d_border", &[conv]), 1.0);
    assert_eq!(call("conv2d_borderedLen", &[conv]), 2.0 * 10.0 * 10.0 * 4.0);
    assert_eq!(call("conv2d_free", &[conv]), 0.0);
    let neuron = call("neurons_new", &[0.0, 0.0, 0.4, 2.0, 1.0, 16.0, 4.0, 1.0, 1.0]);
    assert_eq!(call("neurons_sumRows", &[neuron]), 3.0);
    call("neurons_free", &[neuron]);
}

#[test]
#[should_panic = "channelTableLen takes 1 numbers"]
fn another_number_of_arguments_is_refused() {
    call("channelTableLen", &[1.0, 2.0]);
}

#[test]
#[should_panic = "values at address 64 of"]
fn an_address_outside_of_the_hosts_memory_is_refused() {
    let block = Box::leak(vec![0u64; 8].into_boxed_slice());
    unsafe { kestirme_edge::set_block(block.as_mut_ptr().cast(), 64) };
    call("zero", &[64.0, 1.0]);
}
