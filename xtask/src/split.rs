//! Divides a module: in a first part, which the page needs to begin with, and others, which it fetches when it is at rest or they
//! are asked for.
//!
//! A part takes memory, tables, globals and the functions that it calls from the first part; as it is instantiated it puts its
//! functions into their places in the table. Before that nothing may call them. So of what is named as a part's only that goes
//! into it which neither the first part nor another calls by its name, but for doors: those the page opens when their part is here,
//! and the first part calls them through new places in the table. What two parts call by what is one's name stays in the first, so that
//! no part needs another; what helps several, and not the first, is copied into each. Constants that only one part refers to go with it ([`constants`]). Tests hold parts back to prove all this: `tests/browser/rest.test.mjs` and `tests/browser/parts.test.mjs`.

mod constants;
mod plan;
mod source;

use crate::project::Outcome;
use constants::Constants;
use plan::Plan;
use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt::Display;
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, Instruction, Module, RawSection, SectionId, StartSection, TableSection,
};
use wasmparser::Validator;

/// What the other parts call the one that they take everything from.
const FIRST: &str = "p";

/// The parts of a module.
pub struct Parts {
    /// What the page begins with.
    pub first: Vec<u8>,
    /// What it fetches later.
    pub others: Vec<Vec<u8>>,
}

/// Divides a module whose functions have names in a first part and `count` others: by to which of these functions belong, if to any,
/// and which are doors. Names and notes of the compiler are left out.
///
/// # Errors
/// If the module is not one that can be divided: then it says why.
pub fn split(
    module: &[u8],
    count: usize,
    part_of: impl Fn(&str) -> Option<usize>,
    is_door: impl Fn(&str) -> bool,
) -> Outcome<Parts> {
    let source = Source::read(module).map_err(told)?;
    let plan = Plan::of(&source, part_of, is_door)?;
    let division = Division::new(&source, &plan, count);
    let parts = Parts {
        first: division.first()?,
        others: (0..count).map(|part| division.other(part)).collect::<Outcome<_>>()?,
    };
    for part in std::iter::once(&parts.first).chain(&parts.others) {
        Validator::new().validate_all(part).map_err(told)?;
    }
    Ok(parts)
}

fn told(error: impl Display) -> String {
    format!("the module cannot be divided: {error}")
}

/// A module with what goes where.
struct Division<'a> {
    source: &'a Source<'a>,
    plan: &'a Plan,
    constants: Constants<'a>,
    /// For each other part the functions of elsewhere that it calls.
    lent: Vec<Vec<u32>>,
    /// The functions of the first part, in order: what went elsewhere is left out, but where doors were, there is what calls on.
    first: Vec<u32>,
    numbers: Numbers,
}

impl<'a> Division<'a> {
    fn new(source: &'a Source<'a>, plan: &'a Plan, count: usize) -> Division<'a> {
        let stays = |function: &u32| plan.is_in(None, *function) || plan.called.contains(function);
        let first: Vec<u32> = source.all().filter(stays).collect();
        let lent = (0..count).map(|part| plan.lent_to(source, part)).collect();
        Division {
            source,
            plan,
            constants: Constants::of(source, plan),
            lent,
            numbers: Numbers::of(&first),
            first,
        }
    }

    /// Where in the first table the doors begin.
    fn doors_at(&self) -> u32 {
        self.source.tables[0].initial as u32
    }

    fn first(&self) -> Outcome<Vec<u8>> {
        let mut module = Module::new();
        for (id, data) in &self.source.sections {
            match *id {
                // Nobody needs the number of segments where all are put into memory as the module begins.
                id if id == SectionId::Custom as u8 || id == SectionId::DataCount as u8 => {}
                id if id == SectionId::Data as u8 => {
                    module.section(&self.constants.section(None));
                }
                id if id == SectionId::Function as u8 => {
                    module.section(
                        &self.kinds(self.first.iter().filter(|function| !self.is_imported(**function))),
                    );
                }
                id if id == SectionId::Table as u8 => {
                    module.section(&self.tables()?);
                }
                id if id == SectionId::Export as u8 => {
                    module.section(&self.exports()?);
                }
                id if id == SectionId::Start as u8 => {
                    let function_index =
                        self.source.start.map(|start| self.numbers.number(start)).unwrap_or_default();
                    module.section(&StartSection { function_index });
                }
                id if id == SectionId::Element as u8 => {
                    module.section(&self.elements(None, &self.numbers));
                }
                id if id == SectionId::Code as u8 => {
                    module.section(&self.code_of_first()?);
                }
                id => {
                    module.section(&RawSection { id, data });
                }
            }
        }
        Ok(module.finish())
    }

    fn is_imported(&self, function: u32) -> bool {
        function < self.source.imported
    }

    fn kinds<'b>(&self, functions: impl Iterator<Item = &'b u32>) -> FunctionSection {
        let mut section = FunctionSection::new();
        for function in functions {
            section.function(self.source.types[*function as usize]);
        }
        section
    }

    fn tables(&self) -> Outcome<TableSection> {
        let mut section = TableSection::new();
        for index in 0..self.source.tables.len() {
            section.table(self.table(index)?);
        }
        Ok(section)
    }

    /// A table of the first part. The first one has places for the doors.
    fn table(&self, index: usize) -> Outcome<wasm_encoder::TableType> {
        let mut table = RoundtripReencoder.table_type(self.source.tables[index]).map_err(told)?;
        if index == 0 {
            let more = self.plan.called.len() as u64;
            table.minimum += more;
            table.maximum = table.maximum.map(|most| most + more);
        }
        Ok(table)
    }

    fn exports(&self) -> Outcome<ExportSection> {
        let mut section = ExportSection::new();
        for export in &self.source.exports {
            let kind = RoundtripReencoder.export_kind(export.kind).map_err(told)?;
            let index =
                if kind == ExportKind::Func { self.numbers.number(export.index) } else { export.index };
            section.export(export.name, kind, index);
        }
        for (name, kind, index) in self.lendings() {
            let index = if kind == ExportKind::Func { self.numbers.number(index) } else { index };
            section.export(&name, kind, index);
        }
        Ok(section)
    }

    /// All that the first part lends to the others: its name, what it is, and its number in the whole module. Where nobody takes
    /// anything there is nothing. No name that the optimiser gives is a number.
    fn lendings(&self) -> Vec<(String, ExportKind, u32)> {
        if self.lent.is_empty() {
            return Vec::new();
        }
        let functions: BTreeSet<u32> = self.lent.iter().flatten().copied().collect();
        let functions = functions.into_iter().map(|function| (ExportKind::Func, function));
        let tables = (0..self.source.tables.len() as u32).map(|table| (ExportKind::Table, table));
        let globals = (0..self.source.globals.len() as u32).map(|global| (ExportKind::Global, global));
        let all = tables.chain([(ExportKind::Memory, 0)]).chain(globals).chain(functions);
        all.enumerate().map(|(number, (kind, index))| (number.to_string(), kind, index)).collect()
    }

    fn code_of_first(&self) -> Outcome<CodeSection> {
        let mut section = CodeSection::new();
        let places: BTreeMap<u32, u32> = self.plan.called.iter().copied().zip(self.doors_at()..).collect();
        for function in self.first.iter().filter(|function| !self.is_imported(**function)) {
            match places.get(function) {
                Some(place) => {
                    section.function(&self.stub(*function, *place));
                }
                None => self.copy(*function, &self.numbers, &mut section)?,
            }
        }
        Ok(section)
    }

    /// What stands in a door's stead: it calls on through the door's place in the table.
    fn stub(&self, function: u32, place: u32) -> Function {
        let kind = self.source.types[function as usize];
        let mut stub = Function::new([]);
        for parameter in 0..self.source.takes[kind as usize] {
            stub.instruction(&Instruction::LocalGet(parameter));
        }
        stub.instruction(&Instruction::I32Const(place as i32));
        stub.instruction(&Instruction::CallIndirect { type_index: kind, table_index: 0 });
        stub.instruction(&Instruction::End);
        stub
    }

    fn copy(&self, function: u32, numbers: &Numbers, section: &mut CodeSection) -> Outcome {
        let body = self.source.body(function).ok_or_else(|| told("a function has no body"))?.clone();
        numbers.clone().parse_function_body(section, body).map_err(told)
    }

    fn other(&self, part: usize) -> Outcome<Vec<u8>> {
        let own = self.plan.functions(part);
        let numbers = Numbers::of(self.lent[part].iter().chain(&own));
        let mut module = Module::new();
        let types = self.source.sections.iter().find(|(id, _)| *id == SectionId::Type as u8);
        let (id, data) = *types.ok_or_else(|| told("it has no types"))?;
        module.section(&RawSection { id, data });
        module.section(&self.imports(part)?);
        module.section(&self.kinds(own.iter()));
        module.section(&self.elements(Some(part), &numbers));
        let mut code = CodeSection::new();
        for function in &own {
            self.copy(*function, &numbers, &mut code)?;
        }
        module.section(&code);
        let constants = self.constants.section(Some(part));
        if !constants.is_empty() {
            module.section(&constants);
        }
        Ok(module.finish())
    }

    fn imports(&self, part: usize) -> Outcome<ImportSection> {
        let mut section = ImportSection::new();
        for (name, kind, index) in self.lendings() {
            let entity = match kind {
                ExportKind::Func if self.lent[part].contains(&index) => {
                    EntityType::Function(self.source.types[index as usize])
                }
                ExportKind::Func => continue,
                ExportKind::Table => EntityType::Table(wasm_encoder::TableType {
                    // It is as large as the first part has made it, or larger.
                    minimum: self.source.tables[index as usize].initial,
                    ..self.table(index as usize)?
                }),
                ExportKind::Memory => {
                    EntityType::Memory(RoundtripReencoder.memory_type(self.source.memories[0]).map_err(told)?)
                }
                _ => {
                    let global = self.source.globals[index as usize];
                    EntityType::Global(RoundtripReencoder.global_type(global).map_err(told)?)
                }
            };
            section.import(FIRST, &name, entity);
        }
        Ok(section)
    }

    /// What a part puts into the first table: its doors, and what stood there before.
    fn elements(&self, part: Option<usize>, numbers: &Numbers) -> ElementSection {
        let mut section = ElementSection::new();
        let mut put = |from: u32, functions: &[u32]| {
            let is_here = |function: &u32| self.plan.is_in(part, *function);
            let mut at = from;
            for run in functions.chunk_by(|a, b| is_here(a) == is_here(b)) {
                if is_here(&run[0]) {
                    let run: Vec<u32> = run.iter().map(|function| numbers.number(*function)).collect();
                    section.active(None, &ConstExpr::i32_const(at as i32), Elements::Functions(run.into()));
                }
                at += run.len() as u32;
            }
        };
        put(self.doors_at(), &self.plan.called);
        for (from, functions) in &self.source.elements {
            put(*from, functions);
        }
        section
    }
}

/// The numbers that functions have in a part.
#[derive(Clone)]
struct Numbers(BTreeMap<u32, u32>);

impl Numbers {
    fn of<'a>(functions: impl IntoIterator<Item = &'a u32>) -> Numbers {
        Numbers(functions.into_iter().copied().zip(0..).collect())
    }

    fn number(&self, function: u32) -> u32 {
        self.0.get(&function).copied().unwrap_or(u32::MAX)
    }
}

impl Reencode for Numbers {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.number(function))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ExportKind, MemorySection, MemoryType, NameMap, NameSection, RefType, TableType, TypeSection,
    };

    /// A function of a module to be divided.
    struct Made<'a> {
        name: &'a str,
        calls: &'a [u32],
        /// In how many places of the table it stands.
        places: usize,
    }

    /// One that is only called by its name.
    fn made<'a>(name: &'a str, calls: &'a [u32]) -> Made<'a> {
        Made { name, calls, places: 0 }
    }

    impl Made<'_> {
        fn in_table(self, places: usize) -> Self {
            Made { places, ..self }
        }
    }

    /// A module of functions without parameters; the first is exported.
    fn module(functions: &[Made<'_>]) -> Vec<u8> {
        let (mut types, mut kinds, mut code, mut names) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new(), NameMap::new());
        types.ty().function([], []);
        let mut listed = Vec::new();
        for (index, made) in (0..).zip(functions) {
            kinds.function(0);
            let mut body = Function::new([]);
            for called in made.calls {
                body.instruction(&Instruction::Call(*called));
            }
            code.function(body.instruction(&Instruction::End));
            names.append(index, made.name);
            listed.extend(std::iter::repeat_n(index, made.places));
        }
        let mut tables = TableSection::new();
        let size = listed.len() as u64;
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: size,
            maximum: Some(size),
            table64: false,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 0);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(listed.into()));
        let mut name_section = NameSection::new();
        name_section.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&kinds).section(&tables).section(&memories).section(&exports);
        module.section(&elements).section(&code).section(&name_section);
        module.finish()
    }

    const PARTS: [&str; 3] = ["::late::", "::one::", "::two::"];

    /// How many functions each part has after such a division, the first one first, and how long the table is.
    fn divided(functions: &[Made<'_>]) -> ([usize; 4], u64) {
        let part_of = |name: &str| PARTS.iter().position(|part| name.contains(part));
        let is_door = |name: &str| name.ends_with("::panel");
        let parts = split(&module(functions), PARTS.len(), part_of, is_door).expect("it can be divided");
        let read = |part| Source::read(part).expect("a part is a module");
        let counts = std::iter::once(&parts.first).chain(&parts.others).map(|part| read(part).bodies.len());
        let counts: Vec<usize> = counts.collect();
        (counts.try_into().expect("there are four"), read(&parts.first).tables[0].initial)
    }

    #[test]
    fn what_is_late_goes_with_all_that_only_it_calls() {
        let functions = [
            made("netsplit[0]::main", &[1, 3]),
            made("netsplit[0]::late::panel", &[2, 3, 4]),
            made("netsplit[0]::late::inner", &[]),
            made("netsplit[0]::shared", &[]),
            made("core[0]::helper", &[]),
        ];
        // The first part keeps what calls the door, which has got a place in the table.
        assert_eq!(divided(&functions), ([3, 3, 0, 0], 1));
    }

    #[test]
    fn what_the_first_part_calls_stays_with_all_that_it_calls() {
        let functions = [
            made("netsplit[0]::main", &[1, 2]),
            made("netsplit[0]::late::called_too_soon", &[3]),
            made("netsplit[0]::late::panel", &[]),
            made("netsplit[0]::late::called_by_that", &[]),
        ];
        assert_eq!(divided(&functions), ([4, 1, 0, 0], 1));
    }

    #[test]
    fn functions_in_the_table_go_to_their_parts_and_need_no_new_places() {
        let functions = [
            made("netsplit[0]::main", &[]),
            made("netsplit[0]::one::closure", &[4]).in_table(1),
            made("netsplit[0]::two::closure", &[5]).in_table(1),
            made("netsplit[0]::early::closure", &[]).in_table(1),
            made("core[0]::helper_of_one", &[]),
            made("core[0]::helper_of_two", &[]),
        ];
        assert_eq!(divided(&functions), ([2, 0, 2, 2], 3));
    }

    #[test]
    fn what_two_parts_call_is_copied_into_both_with_all_that_it_calls() {
        let functions = [
            made("netsplit[0]::main", &[]),
            made("netsplit[0]::one::closure", &[3, 4]).in_table(1),
            made("netsplit[0]::two::closure", &[3, 4]).in_table(1),
            made("core[0]::helper", &[]),
            made("netsplit[0]::one::called_by_another", &[5]),
            made("netsplit[0]::one::called_by_that", &[]),
        ];
        assert_eq!(divided(&functions), ([1, 0, 4, 4], 2));
    }

    #[test]
    fn what_a_part_and_the_first_call_stays_in_the_first() {
        let functions = [
            made("netsplit[0]::main", &[3]),
            made("netsplit[0]::one::closure", &[3]).in_table(1),
            made("netsplit[0]::two::closure", &[4]).in_table(1),
            made("core[0]::helper", &[5]),
            made("core[0]::helper_of_one", &[]),
            made("core[0]::helper_of_the_first", &[]),
        ];
        assert_eq!(divided(&functions), ([3, 0, 1, 2], 2));
    }

    #[test]
    fn what_stands_for_several_stays_in_the_first_with_all_that_it_calls() {
        let functions = [
            made("netsplit[0]::main", &[]),
            made("netsplit[0]::one::in_two_places", &[2]).in_table(2),
            made("netsplit[0]::one::called_by_that", &[]),
            // What the compiler leaves of a function that does the same as another.
            made("netsplit[0]::two::closure", &[4]).in_table(1),
            made("netsplit[0]::one::closure", &[]).in_table(1),
        ];
        assert_eq!(divided(&functions), ([4, 0, 0, 1], 4));
    }

    #[test]
    fn a_module_of_which_nothing_is_late_stays_whole() {
        assert_eq!(divided(&[made("netsplit[0]::main", &[])]), ([1, 0, 0, 0], 0));
        assert!(split(b"not a module", 0, |_| None, |_| true).is_err());
    }
}
