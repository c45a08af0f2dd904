#include <zip.h>

#include <system_error>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "mapping/function/code.h"
#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

namespace fs = std::filesystem;

struct ZipMember {
  std::string name;
  std::string text;
  unsigned mode = 0100644;
};

std::string zip_of(const std::vector<ZipMember>& members) {
  const TestFolder folder;
  const auto path = folder.path() / "code.zip";
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE, nullptr);
  for (const auto& member : members) {
    zip_source_t* source = zip_source_buffer(zip, member.text.data(), member.text.size(), 0);
    const auto index = zip_file_add(zip, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                     member.mode << 16);
  }
  zip_close(zip);
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string refusal_of(const std::string& zip) {
  const TestFolder folder;
  try {
    unpack(zip, folder.path() / "to");
  } catch (const engine::ApiError& error) {
    return error.code + ": " + error.message;
  }
  return "accepted";
}

constexpr const char* bad_zip =
    "InvalidParameterValueException: Could not unzip uploaded file. Please check your file, then "
    "try to upload again.";

TEST(UnpackTest, KeepsFoldersContentsAndExecutability) {
  const TestFolder folder;
  unpack(zip_of({{"bootstrap", "run", 0100755}, {"sub/deep/a.txt", "a"}}), folder.path() / "to");
  const auto to = folder.path() / "to";
  EXPECT_EQ(text_of(to / "sub/deep/a.txt"), "a");
  EXPECT_EQ(fs::status(to / "bootstrap").permissions() & fs::perms::owner_exec,
            fs::perms::owner_exec);
  EXPECT_EQ(fs::status(to / "sub/deep/a.txt").permissions() & fs::perms::owner_exec,
            fs::perms::none);
}

TEST(UnpackTest, RefusesWhatLeadsOutOfTheFolder) {
  EXPECT_EQ(refusal_of(zip_of({{"../out", "x"}})), bad_zip);
  EXPECT_EQ(refusal_of(zip_of({{"a/../../out", "x"}})), bad_zip);
  EXPECT_EQ(refusal_of(zip_of({{"/etc/out", "x"}})), bad_zip);
  EXPECT_EQ(refusal_of(zip_of({{"link", "/etc", 0120777}})), bad_zip);
  EXPECT_EQ(refusal_of(zip_of({{"link", "..", 0120777}})), bad_zip);
  EXPECT_EQ(refusal_of(zip_of({{"link", "..", 0120777}, {"link/out", "x"}})), bad_zip);
  // Each of the two stays inside by its letters; together they would not.
  EXPECT_EQ(refusal_of(zip_of(
                {{"a/b/c", "x"}, {"a/b/up", "../..", 0120777}, {"out", "a/b/up/..", 0120777}})),
            bad_zip);
}

TEST(UnpackTest, LinksInsideAreMade) {
  const TestFolder folder;
  unpack(zip_of({{"bin/tool", "../lib/tool.js", 0120777}, {"lib/tool.js", "tool"}}),
         folder.path() / "to");
  EXPECT_EQ(text_of(folder.path() / "to/bin/tool"), "tool");
}

TEST(UnpackTest, RefusesWhatIsNoZip) {
  EXPECT_EQ(refusal_of("not a zip"), bad_zip);
  EXPECT_EQ(refusal_of(""),
            "InvalidParameterValueException: Uploaded file must be a non-empty zip");
  auto damaged = zip_of({{"a", std::string(1000, 'a')}});
  damaged[32] ^= 0x55;
  EXPECT_EQ(refusal_of(damaged), bad_zip);
}

TEST(UnpackTest, RefusesWhatIsTooLargeUnpacked) {
  EXPECT_EQ(refusal_of(zip_of({{"zeros", std::string(engine::limits::code_bytes_max, '\0')}})),
            "InvalidParameterValueException: Unzipped size must be smaller than 262144000 bytes");
}

struct CodeStoreTest : testing::Test {
  TestFolder folder;
  const std::string zip = zip_of({{"a", "a"}});
  const std::string digest = CodeStore::digest(zip);

  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
  }
};

TEST_F(CodeStoreTest, CodeStaysAsLongAsItIsWantedOrPinned) {
  CodeStore code(folder.path(), {});
  auto pin = code.add(zip);
  EXPECT_EQ(text_of(*pin / "a"), "a");
  code.want(digest);
  EXPECT_EQ(code.zip_of(digest), zip);
  pin.reset();
  EXPECT_NE(code.pin(digest), nullptr);

  pin = code.pin(digest);
  code.unwant(digest);
  EXPECT_EQ(text_of(*pin / "a"), "a");
  pin.reset();
  EXPECT_EQ(code.pin(digest), nullptr);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(CodeStoreTest, WhatNobodyWantedIsRemoved) {
  CodeStore code(folder.path(), {});
  code.add(zip);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(CodeStoreTest, ANewStartKeepsWhatIsWantedAndRemovesTheRest) {
  {
    CodeStore code(folder.path(), {});
    const auto pin = code.add(zip);
    const auto other = code.add(zip_of({{"b", "b"}}));
    code.want(digest);
    code.want(CodeStore::digest(zip_of({{"b", "b"}})));
    folder.write("half.partial/x", "x");
  }
  EXPECT_EQ(entries(), 5u);
  CodeStore code(folder.path(), {digest});
  EXPECT_EQ(entries(), 2u);
  EXPECT_NE(code.pin(digest), nullptr);
}

using ZipFunctionTest = FunctionsTest;

TEST_F(ZipFunctionTest, RunsFromAZipAndSurvivesARestart) {
  const TestFolder data;
  run(functions->stop());
  open({.folder = data.path()});
  CodeSource code;
  code.zip = zip_of({{"index.js", "exports.handler = async () => 'from a zip';"}});
  const auto made =
      run(functions->create(description("z", "nodejs20.x", "index.handler"), code, caller));
  EXPECT_EQ(made.code_bytes, code.zip.size());
  EXPECT_EQ(invoke(made).payload, "\"from a zip\"");

  run(functions->stop());
  open({.folder = data.path()});
  FunctionName name;
  name.name = "z";
  EXPECT_EQ(run(functions->get(name, caller)), made);
  EXPECT_EQ(invoke(made).payload, "\"from a zip\"");
  EXPECT_EQ(run(functions->zip_of(name, caller)), code.zip);

  code.zip = zip_of({{"index.js", "exports.handler = async () => 'from another';"}});
  run(functions->update_code(name, caller, "", code, [](Function&) {}));
  EXPECT_EQ(invoke(made).payload, "\"from another\"");
  run(functions->remove(name, caller));
  run(functions->stop());
  EXPECT_TRUE(fs::is_empty(data.path() / "code"));
}

}  // namespace
}  // namespace mapping
