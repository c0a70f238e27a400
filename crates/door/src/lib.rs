//! One declaration for every host. `door! { mod adam; ... }` reads the named files of the crate that calls it: each
//! public function, each public method of a public struct and each public enum in them is an export. From these come
//!
//! - the exports of the WebAssembly file: functions of plain numbers;
//! - `exports()`, the same functions by name, for a native host;
//! - `declarations()`, the text of the file that puts names, types and classes in front of both.

mod native;
mod parse;
mod typescript;
mod webassembly;

use parse::Module;
use proc_macro::TokenStream;
use quote::quote;
use syn::{File, Item, parse_macro_input};

#[proc_macro]
pub fn door(input: TokenStream) -> TokenStream {
    let file = parse_macro_input!(input as File);
    expand(&file).unwrap_or_else(|error| error.into_compile_error()).into()
}

fn expand(file: &File) -> syn::Result<proc_macro2::TokenStream> {
    let modules = file.items.iter().map(read).collect::<syn::Result<Vec<_>>>()?;
    let webassembly = modules.iter().map(webassembly::exports);
    let native = native::exports(&modules);
    let typescript = typescript::text(&modules);
    let lists = modules.iter().flat_map(|module| module.lists.iter().map(|list| module.path(list)));
    let list_names = modules.iter().flat_map(|module| &module.lists).map(|list| parse::camel(&list.to_string()));
    let modules = &file.items;
    Ok(quote! {
        #(#modules)*
        #(#webassembly)*
        #native

        /// The TypeScript in front of the exports, and the lists of names.
        #[cfg(not(target_family = "wasm"))]
        pub fn declarations() -> String {
            let lists = [#((#list_names, #lists())),*];
            let lists = lists.map(|(name, values)| format!("\nexport const {name} = {values:?} as const;\n"));
            format!("{}{}", #typescript, lists.concat())
        }
    })
}

fn read(item: &Item) -> syn::Result<Module> {
    let fail = |message: String| syn::Error::new_spanned(item, message);
    let Item::Mod(module) = item else { return Err(fail("only `mod name;` can stand here".into())) };
    let folder = std::env::var("CARGO_MANIFEST_DIR").map_err(|error| fail(error.to_string()))?;
    let path = format!("{folder}/src/{}.rs", module.ident);
    let text = std::fs::read_to_string(&path).map_err(|error| fail(format!("{path}: {error}")))?;
    let file = syn::parse_file(&text).map_err(|error| fail(format!("{path}: {error}")))?;
    Module::of(&module.ident, &file)
}
