flowferry_test(simulator_world_test
  content_check_test.cpp
  content_contract_test.cpp
  content_corpus_test.cpp
  content_references_test.cpp
  placeholders_test.cpp
  stock_test.cpp
  world_file_test.cpp
)
target_link_libraries(simulator_world_test PRIVATE Boost::json)
