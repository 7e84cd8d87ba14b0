flowferry_test(simulator_test
  docs_test.cpp
  endpoint_test.cpp
  flow_operations_test.cpp
  module_operations_test.cpp
  resource_operations_test.cpp
  signature_test.cpp
)
target_link_libraries(simulator_test PRIVATE Boost::json)
