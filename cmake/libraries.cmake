# The third-party libraries, each under one short name, as `room` takes them.

find_package(Threads REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)
find_package(RocksDB REQUIRED CONFIG)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)

add_library(lib_rocksdb INTERFACE)
target_link_libraries(lib_rocksdb INTERFACE RocksDB::rocksdb-shared)

add_library(lib_asio INTERFACE)
target_link_libraries(lib_asio INTERFACE Boost::headers Threads::Threads)
# Beast asserts what it takes the bytes of a peer to be, and would end the process over a chunk that
# arrives in pieces; without the assertions it reads them well.
target_compile_definitions(lib_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY
  BOOST_DISABLE_ASSERTS)

add_library(lib_nlohmann_json INTERFACE)
target_link_libraries(lib_nlohmann_json INTERFACE nlohmann_json::nlohmann_json)

add_library(lib_simdjson INTERFACE)
target_link_libraries(lib_simdjson INTERFACE simdjson::simdjson)

add_library(lib_spdlog INTERFACE)
target_link_libraries(lib_spdlog INTERFACE spdlog::spdlog)

add_library(lib_crypto INTERFACE)
target_link_libraries(lib_crypto INTERFACE OpenSSL::Crypto)

add_library(lib_zlib INTERFACE)
target_link_libraries(lib_zlib INTERFACE ZLIB::ZLIB)

add_library(lib_zip INTERFACE)
target_link_libraries(lib_zip INTERFACE PkgConfig::libzip)
